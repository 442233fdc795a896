//! Which of a file's inputs is a picture.

use crate::file;
use crate::prepare::Layout;
use vitrine_graph::{Bytes, Declared, Error, Graph, Options};

/// The side that most networks are trained at, for files that leave it free.
const USUAL_SIDE: usize = 224;

/// The picture that a network reads.
pub struct Picture {
    declared: Declared,
    /// How it is read.
    pub layout: Layout,
    /// Whether it has one channel, not three.
    pub grey: bool,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Whether columns or rows are free.
    pub free_size: bool,
}

impl Picture {
    /// The only input, if it is a picture of one channel or three; else why it is none.
    pub fn of(inputs: &[Declared]) -> Result<Self, String> {
        let [declared] = inputs else {
            let names: Vec<&str> = inputs.iter().map(|input| &input.name[..]).take(3).collect();
            return Err(format!(
                "it has {} inputs ({}, ...): bring a network whose only input is a picture",
                inputs.len(),
                names.join(", ")
            ));
        };
        let (layout, channels, rows, columns) = match declared.sizes[..] {
            [_, Some(channels @ (1 | 3)), rows, columns] => (Layout::ChannelsFirst, channels, rows, columns),
            [_, rows, columns, Some(channels @ (1 | 3))] => (Layout::ChannelsLast, channels, rows, columns),
            _ => return Err(other_input(declared)),
        };
        if declared.sizes[0].is_some_and(|batch| batch != 1) {
            return Err(format!(
                "its input \"{}\" is a batch of {} pictures: export it for one, or for any number",
                declared.name,
                declared.sizes[0].unwrap_or(0)
            ));
        }
        let side = |size: Option<usize>| size.unwrap_or(USUAL_SIDE);
        Ok(Self {
            layout,
            grey: channels == 1,
            width: side(columns),
            height: side(rows),
            free_size: file::is_free(declared),
            declared: declared.clone(),
        })
    }

    /// Reads the file; free sides are the usual one.
    pub fn read(&self, bytes: &Bytes) -> Result<Graph, Error> {
        if self.free_size {
            return file::read_sized(bytes, &self.declared, [self.width, self.height]);
        }
        vitrine_graph::read_shared(bytes, &Options::default())
    }

    /// Mean and deviation in units of 0..255, where the input is 8-bit numbers with a scale.
    pub fn normalisation(&self) -> Option<[f32; 2]> {
        // `(pixel - zero point) * scale`, with the shift of signed numbers in the zero point.
        self.declared.quantisation.filter(|it| it.scale > 0.0).map(|it| [it.zero_point, 1.0 / it.scale])
    }
}

fn other_input(declared: &Declared) -> String {
    let size = |size: &Option<usize>| size.map_or_else(|| "?".to_owned(), |size| size.to_string());
    let sizes: Vec<String> = declared.sizes.iter().map(size).collect();
    format!(
        "its input \"{}\" is [{}]: bring a network that reads a picture, [1, 3, rows, columns] or [1, rows, columns, 3] \
         (1 in place of 3 for grey ones)",
        declared.name,
        sizes.join(", ")
    )
}
