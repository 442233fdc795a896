//! How many parts a file has, before any of them is made: an empty node is two bytes there and hundreds in memory.

/// Nodes, attributes, tensors, inputs, sizes and texts. Large detectors have some ten thousand.
const MAX_PARTS: usize = 1 << 19;
/// As `prost` has it.
const MAX_DEPTH: usize = 100;

/// A message of onnx.proto that holds others.
#[derive(Clone, Copy)]
pub enum Part {
    Model,
    Graph,
    Function,
    Node,
    Attribute,
    ValueInfo,
    Type,
    TensorType,
    Shape,
    /// Any other message, and texts.
    Leaf,
}

impl Part {
    /// What a field holds; none if it is no message or is not read.
    fn held_by(self, field: u64) -> Option<Self> {
        use Part::*;
        Some(match (self, field) {
            (Model, 7) | (Attribute, 6) => Graph,
            (Model, 25) => Function,
            (Graph, 1) | (Function, 7) => Node,
            (Graph, 11 | 12) => ValueInfo,
            (Function, 11) | (Node, 5) => Attribute,
            (ValueInfo, 2) => Type,
            (Type, 1) => TensorType,
            (TensorType, 2) => Shape,
            (Model, 8)
            | (Graph, 5)
            | (Function, 4 | 5 | 9)
            | (Node, 1 | 2)
            | (Attribute, 5 | 9)
            | (Shape, 1) => Leaf,
            _ => return None,
        })
    }
}

/// Whether a message is well formed and has no more parts than can be meant.
pub fn acceptable(bytes: &[u8], part: Part) -> bool {
    count(bytes, part, &mut MAX_PARTS.clone(), MAX_DEPTH).is_some()
}

/// Takes each part from `left`; none when something is wrong. Groups, which no such file has, are.
fn count(mut bytes: &[u8], part: Part, left: &mut usize, depth: usize) -> Option<()> {
    while !bytes.is_empty() {
        let key = number(&mut bytes)?;
        let length = match key & 7 {
            0 => {
                number(&mut bytes)?;
                continue;
            }
            1 => 8,
            2 => usize::try_from(number(&mut bytes)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (field, rest) = bytes.split_at_checked(length)?;
        bytes = rest;
        if let Some(inside) = part.held_by(key >> 3).filter(|_| key & 7 == 2) {
            *left = left.checked_sub(1)?;
            if !matches!(inside, Part::Leaf) {
                count(field, inside, left, depth.checked_sub(1)?)?;
            }
        }
    }
    Some(())
}

/// A number of seven bits a byte, the lowest first.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let length = bytes.iter().take(10).position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(number.iter().rev().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_protobufs() {
        // The encoding guide's example: 150 is 96 01.
        let mut bytes = &[0x96, 0x01, 7][..];
        assert_eq!((number(&mut bytes), bytes), (Some(150), &[7][..]));
        assert_eq!(number(&mut &[0x80][..]), None);
        assert_eq!(number(&mut &[0x80; 11][..]), None);
    }

    #[test]
    fn parts_count_where_they_are_read() {
        let nodes = |count| [0x0a, 0].repeat(count);
        assert!(acceptable(&nodes(MAX_PARTS), Part::Graph));
        assert!(!acceptable(&nodes(MAX_PARTS + 1), Part::Graph));
        assert!(acceptable(&nodes(MAX_PARTS + 1), Part::Leaf));
        assert!(!acceptable(&[0x0a, 5, 0], Part::Graph));
        assert!(!acceptable(&[0x0b, 0x0c], Part::Graph));
    }
}
