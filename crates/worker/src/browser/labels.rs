//! Ground truth: label images, compared with what a network found.

use super::post::Parcel;
use crate::faults::fault;
use vitrine_pixels::ClassMap;
use vitrine_pixels::codecs::{Limits, decode_labels};
use vitrine_pixels::metrics::Confusion;
use vitrine_protocol::{Fault, FaultCode, Reply, Ticket};

/// What sample values and class indices mean.
pub struct Comparison {
    pub truth_groups: Vec<u8>,
    pub class_groups: Vec<u8>,
    pub groups: u32,
    pub void: Vec<u8>,
}

/// Counts pixels by true and predicted group, at the size of the ground truth.
pub fn compare(
    ticket: Ticket,
    png: &[u8],
    ids: Vec<u8>,
    map: [u32; 2],
    comparison: &Comparison,
) -> Result<Parcel, Fault> {
    let refused = |error: &dyn std::fmt::Display| fault(FaultCode::ImageCorrupt, error);
    let table = |groups: &[u8]| <[u8; 256]>::try_from(groups).map_err(|error| refused(&error));
    let truth = decode_labels(png, &Limits::default()).map_err(|error| refused(&error))?;
    let truth = truth.mapped(&table(&comparison.truth_groups)?);
    let classes = ClassMap::new(map[0], map[1], ids).map_err(|error| refused(&error))?;
    let found = classes.mapped(&table(&comparison.class_groups)?).resized(truth.width(), truth.height());
    let mut confusion = Confusion::new(comparison.groups as usize, &comparison.void);
    confusion.add(&truth, &found.map_err(|error| refused(&error))?).map_err(|error| refused(&error))?;
    let counts = confusion.rows().flatten().copied().collect();
    Ok(Reply::Compared { ticket, counts }.into())
}
