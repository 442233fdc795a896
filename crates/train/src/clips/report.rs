//! The report of a two-stream training: one HTML file with everything in it.

use super::measure::{Found, best};
use super::recipe::ClipRecipe;
use super::training::{ClipEpoch, ClipOutcome};
use super::windows::Windows;
use crate::Error;
use crate::report::{self, charts, machine, tables};
use burn::tensor::Device;
use std::path::Path;
use vitrine_pixels::Frame;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Windows that are shown.
const EXAMPLES: usize = 8;
const STREAMS: [&str; 3] = ["pictures alone", "flow alone", "both"];

/// Writes the file. `part` is the test part with what the two networks found there.
///
/// # Errors
/// [`Error::File`].
pub fn write_report(
    recipe: &ClipRecipe,
    outcome: &ClipOutcome,
    part: (&Windows, &[Vec<Found>; 2]),
    device: &Device,
    path: &Path,
) -> Result<(), Error> {
    let html = html(recipe, outcome, part, device)
        .map_err(|error| Error::write(path, &std::io::Error::other(error.to_string())))?;
    std::fs::write(path, html).map_err(|error| Error::write(path, &error))
}

fn html(
    recipe: &ClipRecipe,
    outcome: &ClipOutcome,
    part: (&Windows, &[Vec<Found>; 2]),
    device: &Device,
) -> Result<String, Failed> {
    let title = format!("{}: {}", recipe.id, recipe.title.en);
    let mut body = format!("<p>{}</p>\n", tables::escaped(&recipe.summary.en));
    body += &figures(recipe, outcome, device);
    body += "<h2>Curves</h2>\n<div class=\"charts\">";
    let of = |stream: usize, value: fn(&ClipEpoch) -> f64| -> Vec<f64> {
        outcome.epochs[stream].iter().map(value).collect()
    };
    let loss = [0, 1].map(|stream| of(stream, |epoch| epoch.loss));
    let worth = [0, 1].map(|stream| of(stream, |epoch| epoch.validation_accuracy));
    body += &charts::lines("Loss in training", &[("pictures", &loss[0]), ("flow", &loss[1])])?;
    body += &charts::lines("Validation accuracy", &[("pictures", &worth[0]), ("flow", &worth[1])])?;
    body += "</div>\n";
    if let Some(test) = &outcome.test {
        let names: Vec<&str> = recipe.classes.iter().map(|class| &class.name.en[..]).collect();
        for (name, confusion) in STREAMS.iter().zip(&test.clear) {
            body += &format!("<h2>Test, unambiguous windows: {name}</h2>\n");
            body += &tables::confusion(confusion, &names);
        }
        body += "<h2>Test, all windows: both</h2>\n";
        body += &tables::confusion(&test.all[2], &names);
        body += &examples(recipe, part, test.weights)?;
    }
    let text = toml::to_string_pretty(recipe)?;
    body += &format!("<h2>Recipe</h2>\n<pre>{}</pre>\n", tables::escaped(&text));
    Ok(report::page(&title, &body))
}

fn figures(recipe: &ClipRecipe, outcome: &ClipOutcome, device: &Device) -> String {
    let mut rows: Vec<(String, String)> = vec![];
    for (stream, name) in ["pictures", "flow"].iter().enumerate() {
        let epochs = &outcome.epochs[stream];
        let mut seconds: Vec<f64> = epochs.iter().map(|epoch| epoch.secs).collect();
        seconds.sort_by(f64::total_cmp);
        let middle = seconds.get(seconds.len() / 2).copied().unwrap_or(0.0);
        rows.push((format!("{name}: numbers in the network"), outcome.parameters[stream].to_string()));
        rows.push((
            format!("{name}: epochs, seconds per epoch (median), seconds in all"),
            format!("{}, {middle:.1}, {:.0}", epochs.len(), seconds.iter().sum::<f64>()),
        ));
    }
    if let Some(test) = &outcome.test {
        let ([clear, all], [n, n_all]) = (test.accuracies(), test.counts());
        for (index, name) in STREAMS.iter().enumerate() {
            let words = format!("{:.4} (n = {n}); of all {:.4} (n = {n_all})", clear[index], all[index]);
            let share = recipe.data.min_share;
            rows.push((format!("test accuracy, {name}, windows with a share of {share} or more"), words));
        }
        let [rgb, flow] = test.weights;
        rows.push(("weights of pictures and flow in the fusion".to_owned(), format!("{rgb} : {flow}")));
    }
    if let Some(exported) = &outcome.exported {
        let rgb = exported.pack.model.bytes;
        let flow = exported.pack.flow().map_or(0, |flow| flow.model.bytes);
        rows.push(("model files, bytes".to_owned(), format!("{rgb}, {flow}")));
        let words = format!("{:.1e}; as written {:.1e}", exported.difference, exported.written_difference);
        rows.push(("exported graphs against networks, 32 bits".to_owned(), words));
    }
    rows.push(("machine".to_owned(), machine()));
    rows.push(("device".to_owned(), format!("{device:?}")));
    let row = |(name, value): &(String, String)| {
        format!("<tr><th>{}</th><td>{}</td></tr>\n", tables::escaped(name), tables::escaped(value))
    };
    format!("<table>\n{}</table>\n", rows.iter().map(row).collect::<String>())
}

/// Windows from all over the test part: their pictures side by side, and what both networks say.
fn examples(
    recipe: &ClipRecipe,
    (part, found): (&Windows, &[Vec<Found>; 2]),
    weights: [f32; 2],
) -> Result<String, Failed> {
    let both = super::measure::fused(found, weights);
    let name = |action: usize| recipe.classes.get(action).map_or("", |class| &class.name.en[..]);
    let step = part.places.len().div_ceil(EXAMPLES).max(1);
    let mut html = "<h2>Examples of the test part (synthetic)</h2>\n<table class=\"examples\">\n\
        <tr><th>pictures</th><th>truth</th><th>answer</th></tr>\n"
        .to_owned();
    for index in (step / 2..part.places.len()).step_by(step) {
        let (truth, answer) = (usize::from(part.places[index].action), best(&both[index]));
        let png = report::png(&part.strip(index)?)?;
        html += &format!(
            "<tr><td><img alt=\"pictures of the window\" src=\"{png}\"></td><td>{}</td><td>{}, {:.2}</td></tr>\n",
            tables::escaped(name(truth)),
            tables::escaped(name(answer)),
            both[index][answer]
        );
    }
    Ok(html + "</table>\n")
}

impl Windows {
    /// A window's pictures from left to right.
    fn strip(&self, index: usize) -> Result<Frame, Failed> {
        let (pictures, side) = self.pictures_of(index)?;
        let count = pictures.len() / (3 * side * side).max(1);
        let pixel = |place: usize| {
            let (x, y) = (place % (side * count), place / (side * count));
            let plane = |channel: usize| (x / side * 3 + channel) * side * side + y * side + x % side;
            [pictures[plane(0)], pictures[plane(1)], pictures[plane(2)], 255]
        };
        let rgba = (0..side * side * count).flat_map(pixel).collect();
        Ok(Frame::new((side * count) as u32, side as u32, rgba)?)
    }
}
