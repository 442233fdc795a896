//! The report of a run: one HTML file with everything in it, readable with the network off.

pub(crate) mod charts;
mod machine;
pub(crate) mod tables;

pub use machine::machine;

use crate::{EpochRecord, Error, Recipe};
use base64::Engine as _;
use std::path::Path;
pub use tables::escaped;
use tables::{confusion_table, figures, iou_table};
use vitrine_pixels::codecs::{EncodeError, encode_png_rgba};
use vitrine_pixels::metrics::Confusion;
use vitrine_pixels::{ClassMap, Frame};

/// A picture of the test part at the network's size; class indices, 255 where the truth is ignored.
#[derive(Clone, Debug)]
pub struct Example {
    /// What the network saw.
    pub frame: Frame,
    /// What is there.
    pub truth: ClassMap,
    /// What it says.
    pub predicted: ClassMap,
}

/// What a report tells.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What was asked for.
    pub recipe: &'a Recipe,
    /// All epochs.
    pub epochs: &'a [EpochRecord],
    /// Numbers of the network.
    pub parameters: usize,
    /// Of the test part; none if the training was stopped early.
    pub test: Option<&'a Confusion>,
    /// Share of the test pictures whose class is among the five best, where a picture as a whole has one.
    pub top5: Option<f64>,
    /// Pictures of the test part.
    pub test_pictures: usize,
    /// A few pictures of the test part.
    pub examples: &'a [Example],
    /// What else is to be told, by name.
    pub facts: &'a [(&'a str, String)],
}

impl Report<'_> {
    /// Writes the file.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let html = self.html().map_err(|error| Error::write(path, &std::io::Error::other(error)))?;
        std::fs::write(path, html).map_err(|error| Error::write(path, &error))
    }

    fn html(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let title = format!("{}: {}", self.recipe.id, self.recipe.title.en);
        let mut body = format!("<p>{}</p>\n", escaped(&self.recipe.summary.en));
        body += &figures(self);
        let losses: Vec<f64> = self.epochs.iter().map(|epoch| epoch.loss).collect();
        let accuracy: Vec<f64> = self.epochs.iter().map(|epoch| epoch.validation_pixel_accuracy).collect();
        let miou: Vec<f64> = self.epochs.iter().map(|epoch| epoch.validation_miou).collect();
        body += "<h2>Curves</h2>\n<div class=\"charts\">";
        body += &charts::lines("Loss in training", &[("loss", &losses)])?;
        let whole = self.recipe.network.classifies();
        let top5: Vec<f64> = self.epochs.iter().filter_map(|epoch| epoch.validation_top5).collect();
        let curves: [(&str, &[f64]); 2] = if whole {
            [("top-1 accuracy", &accuracy), ("top-5 accuracy", &top5)]
        } else {
            [("pixel accuracy", &accuracy), ("mIoU", &miou)]
        };
        body += &charts::lines("Validation", &curves)?;
        body += "</div>\n";
        if let Some(test) = self.test {
            body += &format!("<h2>Test, {} pictures</h2>\n", self.test_pictures);
            body += &iou_table(test, self.recipe);
            body += &confusion_table(test, self.recipe);
            body += &tables::confused(test, self.recipe);
        }
        body += &self.examples()?;
        let recipe = toml::to_string_pretty(self.recipe)?;
        body += &format!("<h2>Recipe</h2>\n<pre>{}</pre>\n", escaped(&recipe));
        Ok(page(&title, &body))
    }

    fn examples(&self) -> Result<String, EncodeError> {
        if self.examples.is_empty() {
            return Ok(String::new());
        }
        let mut html = "<h2>Examples of the test part</h2>\n<table class=\"examples\">\n\
            <tr><th>picture</th><th>truth</th><th>prediction</th></tr>\n"
            .to_owned();
        for example in self.examples {
            html += "<tr>";
            html += &picture("picture", &example.frame)?;
            for (words, map) in [("truth", &example.truth), ("prediction", &example.predicted)] {
                if self.recipe.network.classifies() {
                    html += &format!("<td>{}</td>", named(map, self.recipe));
                } else {
                    html += &picture(words, &painted(map, self.recipe))?;
                }
            }
            html += "</tr>\n";
        }
        html += "</table>\n";
        let legend =
            if self.recipe.network.classifies() { String::new() } else { tables::legend(self.recipe) };
        Ok(html + &legend)
    }
}

fn picture(words: &str, frame: &Frame) -> Result<String, EncodeError> {
    Ok(format!("<td><img alt=\"{words}\" src=\"{}\"></td>", png(frame)?))
}

/// The class of a picture that has one: a map of a single pixel.
fn named(map: &ClassMap, recipe: &Recipe) -> String {
    let class = map.ids().first().and_then(|&class| recipe.classes.get(usize::from(class)));
    class.map_or_else(String::new, |class| escaped(&class.name.en))
}

/// A page that needs nothing else, from its title and what stands under it.
pub(crate) fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <h1>{title}</h1>\n{body}</html>\n"
    )
}

/// A picture as an address that holds it.
pub(crate) fn png(frame: &Frame) -> Result<String, EncodeError> {
    let png = base64::engine::general_purpose::STANDARD.encode(encode_png_rgba(frame)?);
    Ok(format!("data:image/png;base64,{png}"))
}

/// In the colours of the classes; what is ignored is black.
fn painted(map: &ClassMap, recipe: &Recipe) -> Frame {
    let colours: Vec<[u8; 3]> = recipe.classes.iter().map(|class| tables::colour(&class.colour)).collect();
    let rgba = map.ids().iter().flat_map(|&id| {
        let [red, green, blue] = colours.get(usize::from(id)).copied().unwrap_or_default();
        [red, green, blue, 255]
    });
    let rgba: Vec<u8> = rgba.collect();
    // Four bytes a pixel of a map that has pixels: it cannot fail, and a blank picture would show it.
    Frame::new(map.width(), map.height(), rgba).unwrap_or_else(|_| vitrine_pixels::test_card(1, 1))
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;\
background:#fff}table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .6rem;text-align:right}\
td:first-child,th:first-child{text-align:left}.charts{display:flex;flex-wrap:wrap;gap:1rem}svg{max-width:100%;height:auto}\
.examples{table-layout:fixed;width:100%}.examples img{width:100%;max-width:18rem;image-rendering:pixelated}.examples td{padding:.2rem}\
pre{background:#f4f4f4;padding:1rem;overflow:auto}.scroll{overflow-x:auto}.swatch{display:inline-block;width:.9em;\
height:.9em;margin:0 .3em 0 1em;vertical-align:-.1em}";

#[cfg(test)]
mod tests;
