//! Ground truth: label images, compared with what a network found.

use super::post::Parcel;
use crate::faults::fault;
use std::fmt::Display;
use vitrine_pixels::ClassMap;
use vitrine_pixels::codecs::{Limits, decode_labels};
use vitrine_pixels::metrics::Confusion;
use vitrine_protocol::{Fault, FaultCode, Reply, Ticket};

/// Counts pixels by true and predicted group, at the size of the ground truth. The buffers are those of
/// `Request::CompareLabels`.
pub fn compare(
    ticket: Ticket,
    [png, ids, truth_groups, class_groups, void]: [Vec<u8>; 5],
    map: [u32; 2],
    groups: u32,
) -> Result<Parcel, Fault> {
    let refused = |error: &dyn Display| fault(FaultCode::ImageCorrupt, error);
    let truth = decode_labels(&png, &Limits::default()).map_err(|error| refused(&error))?;
    let truth = truth.mapped(&table(&truth_groups));
    let classes = ClassMap::new(map[0], map[1], ids).map_err(|error| refused(&error))?;
    let found = classes.mapped(&table(&class_groups)).resized(truth.width(), truth.height());
    let mut confusion = Confusion::new(groups as usize, &void);
    confusion.add(&truth, &found.map_err(|error| refused(&error))?).map_err(|error| refused(&error))?;
    // An image has fewer than 2^32 pixels.
    let counts: Vec<u8> =
        confusion.rows().flatten().flat_map(|&count| (count as u32).to_le_bytes()).collect();
    Ok(Parcel::with_bytes(Reply::Compared { ticket }, &counts))
}

/// The first 256 values; what is missing is 0.
fn table(values: &[u8]) -> [u8; 256] {
    let mut table = [0; 256];
    table.iter_mut().zip(values).for_each(|(slot, &value)| *slot = value);
    table
}
