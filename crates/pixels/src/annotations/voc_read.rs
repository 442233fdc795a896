//! Pascal VOC's XML files, read element by element, so that what lies before a defect is kept. Entities that a file
//! defines itself are not expanded.

use super::import::{FoundImage, Import};
use super::problem::{Lines, quoted};
use super::{Object, Problem};
use crate::boxes::Extent;
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

/// Elements within elements; VOC needs five.
const MAX_DEPTH: usize = 32;
/// Characters of an element's text that are looked at.
const MAX_TEXT: usize = 1 << 12;

const DAMAGED: &str = "export the file again; what stands before this line is kept";
const CORNERS: &str = "write <bndbox> with <xmin>, <ymin>, <xmax> and <ymax>, numbers of pixels";

/// Reads one image's file.
pub fn read(import: &mut Import, file: &str, text: &str, find_image: &dyn Fn(&str) -> Option<FoundImage>) {
    let mut document = Document { lines: Lines::new(text), ..Document::default() };
    if let Err(cause) = document.walk(text) {
        let line = document.lines.line_of(document.offset);
        import.lost(file, Some(line), cause, DAMAGED);
        if document.image.is_none() && document.objects.is_empty() {
            return;
        }
    }
    document.hand_over(import, file, find_image);
}

/// What has been read of a file.
#[derive(Default)]
struct Document<'a> {
    lines: Lines<'a>,
    /// Where the reader stands, in bytes.
    offset: usize,
    /// The open elements, as `annotation/object/name`.
    path: String,
    depth: usize,
    text: String,
    image: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    object: Partial,
    objects: Vec<Partial>,
    parts: usize,
}

/// An object, perhaps with something missing.
#[derive(Default)]
struct Partial {
    line: usize,
    name: Option<String>,
    /// xmin, ymin, xmax, ymax.
    corners: [Option<f64>; 4],
    object: Object,
}

impl Document<'_> {
    /// To the end or the first defect.
    fn walk(&mut self, text: &str) -> Result<(), String> {
        let mut reader = Reader::from_str(text);
        let mut rooted = false;
        loop {
            self.offset = reader.buffer_position() as usize;
            let event = reader.read_event().map_err(|error| {
                self.offset = reader.error_position() as usize;
                format!("the XML is malformed: {error}")
            })?;
            match event {
                Event::Start(element) => self.open(element.name().into_inner())?,
                Event::Empty(element) => {
                    self.open(element.name().into_inner())?;
                    self.close();
                }
                Event::End(_) => self.close(),
                Event::Text(characters) => self.push(&characters.into_inner()),
                Event::CData(characters) => self.push(&characters.into_inner()),
                Event::GeneralRef(reference) => self.refer(&reference)?,
                Event::Eof if self.depth > 0 => return Err("the file breaks off".to_owned()),
                Event::Eof if !rooted => return Err("there is no <annotation> in it".to_owned()),
                Event::Eof => return Ok(()),
                _ => {}
            }
            rooted |= self.path == "annotation";
        }
    }

    fn open(&mut self, name: &str) -> Result<(), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} elements lie within each other"));
        }
        if self.depth > 1 {
            self.path.push('/');
        }
        self.path.push_str(name);
        self.text.clear();
        if self.path == "annotation/object" {
            self.object = Partial { line: self.lines.line_of(self.offset), ..Partial::default() };
        }
        Ok(())
    }

    fn push(&mut self, characters: &str) {
        if self.text.len() < MAX_TEXT {
            self.text.extend(characters.chars().take(MAX_TEXT));
        }
    }

    fn refer(&mut self, reference: &BytesRef) -> Result<(), String> {
        let character = reference.resolve_char_ref().map_err(|error| error.to_string())?;
        if let Some(character) = character {
            self.push(character.encode_utf8(&mut [0; 4]));
        } else {
            let known = resolve_xml_entity(reference);
            self.push(known.ok_or_else(|| format!("the entity {} is unknown", quoted(reference)))?);
        }
        Ok(())
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let flag = matches!(text, "1" | "true" | "True");
        let object = &mut self.object.object;
        match self.path.as_str() {
            "annotation/filename" => self.image = Some(text.to_owned()),
            "annotation/size/width" => self.width = text.parse().ok().filter(|&side| side > 0),
            "annotation/size/height" => self.height = text.parse().ok().filter(|&side| side > 0),
            "annotation/object/name" => self.object.name = Some(text.to_owned()),
            "annotation/object/pose" if text != "Unspecified" => object.pose = Some(text.to_owned()),
            "annotation/object/truncated" => object.truncated = flag,
            "annotation/object/difficult" => object.difficult = flag,
            "annotation/object/occluded" => object.occluded = flag,
            "annotation/object/bndbox/xmin" => self.object.corners[0] = text.parse().ok(),
            "annotation/object/bndbox/ymin" => self.object.corners[1] = text.parse().ok(),
            "annotation/object/bndbox/xmax" => self.object.corners[2] = text.parse().ok(),
            "annotation/object/bndbox/ymax" => self.object.corners[3] = text.parse().ok(),
            "annotation/object/part" => self.parts += 1,
            "annotation/object" => self.objects.push(std::mem::take(&mut self.object)),
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
        self.path.truncate(self.path.rfind('/').unwrap_or(0));
    }

    fn hand_over(self, import: &mut Import, file: &str, find_image: &dyn Fn(&str) -> Option<FoundImage>) {
        let named = self.image.filter(|name| !name.is_empty());
        let mut name = named.unwrap_or_else(|| stem(file).to_owned());
        let mut size = self.width.zip(self.height).map(Into::into);
        if size.is_none() {
            if let Some(found) = find_image(&name) {
                (name, size) = (found.file, Some(found.size));
            } else if !self.objects.is_empty() {
                import.no_size(file, None);
            }
        }
        let Some(image) = import.image(&name, size, file) else { return };
        for partial in self.objects {
            let line = Some(partial.line);
            let Some(name) = partial.name.filter(|name| !name.is_empty()) else {
                import.lost(file, line, "the object has no name".to_owned(), "give it a <name>");
                continue;
            };
            let [Some(left), Some(top), Some(right), Some(bottom)] = partial.corners else {
                let cause = "a corner of the box is missing or is no number".to_owned();
                import.lost(file, line, cause, CORNERS);
                continue;
            };
            let Some(class) = import.class(&name, file, line) else { continue };
            let extent = Extent { left, top, width: right - left, height: bottom - top };
            import.object(image, Object { extent, class, ..partial.object }, file, line);
        }
        if self.parts > 0 {
            let cause = format!("parts of objects are not read ({})", self.parts);
            let remedy = "keep the file if you need them";
            import.list(Problem { file: file.to_owned(), line: None, cause, remedy, lost: false });
        }
    }
}

/// A path's last part without its extension.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
