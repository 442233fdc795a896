//! What is seen in a street.

/// The eight categories of Cityscapes (Cordts et al., CVPR 2016), by their ids in label images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Category {
    /// What counts for nothing: the own car's bonnet.
    Void,
    /// Road and pavement.
    Flat,
    /// Buildings, walls, fences.
    Construction,
    /// Poles, signs, traffic lights.
    Object,
    /// Trees, hedges, grass.
    Nature,
    /// Sky.
    Sky,
    /// People, those on bicycles with them.
    Human,
    /// Cars, vans, buses.
    Vehicle,
}

impl Category {
    /// All of them, by id.
    pub const ALL: [Self; 8] = [
        Self::Void,
        Self::Flat,
        Self::Construction,
        Self::Object,
        Self::Nature,
        Self::Sky,
        Self::Human,
        Self::Vehicle,
    ];

    /// 0 to 7, as label images have it.
    pub fn id(self) -> u8 {
        self as u8
    }
}
