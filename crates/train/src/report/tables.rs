//! Tables of a report.

use super::Report;
use crate::Recipe;
use vitrine_pixels::metrics::Confusion;

/// Classes of a matrix that can be read; of more, the commonest mistakes are listed below it.
const MATRIX_MAX: usize = 30;

/// Text between tags.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// "#rrggbb"; black for anything else.
pub fn colour(text: &str) -> [u8; 3] {
    let number = text.strip_prefix('#').and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0);
    [16, 8, 0].map(|shift| (number >> shift) as u8)
}

fn share(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.4}"))
}

/// The run in figures.
pub fn figures(report: &Report) -> String {
    let epochs = report.epochs;
    let mut seconds: Vec<f64> = epochs.iter().map(|epoch| epoch.secs).collect();
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.get(seconds.len() / 2).copied();
    let best = epochs.iter().max_by(|a, b| a.score().total_cmp(&b.score()));
    let measure = if report.recipe.network.classifies() { "top-1 accuracy" } else { "mIoU" };
    let mut rows = vec![
        ("network", report.recipe.network.name()),
        ("numbers in it", report.parameters.to_string()),
        ("epochs", format!("{} of {}", epochs.len(), report.recipe.schedule.epochs)),
        ("seconds per epoch, median", middle.map_or("-".to_owned(), |secs| format!("{secs:.1}"))),
        ("seconds in all", format!("{:.0}", seconds.iter().sum::<f64>())),
    ];
    if let Some(best) = best {
        let words = format!("epoch {}, {measure} {:.4}", best.epoch, best.score());
        rows.push(("best on the validation part", words));
    }
    if let Some(test) = report.test {
        rows.push(("test pictures", report.test_pictures.to_string()));
        if report.recipe.network.classifies() {
            rows.push(("test top-1 accuracy", share(test.pixel_accuracy())));
            rows.push(("test top-5 accuracy", share(report.top5)));
        } else {
            rows.push(("test pixel accuracy, at the network's size", share(test.pixel_accuracy())));
            rows.push(("test mIoU, at the network's size", share(test.miou())));
        }
    }
    rows.extend(report.facts.iter().cloned());
    let rows = rows
        .iter()
        .map(|(name, value)| format!("<tr><th>{}</th><td>{}</td></tr>\n", escaped(name), escaped(value)));
    format!("<table>\n{}</table>\n", rows.collect::<String>())
}

/// Intersection over union and pixels of each class.
pub fn iou_table(test: &Confusion, recipe: &Recipe) -> String {
    let row = |(index, (class, row)): (usize, (&crate::Class, &[u64]))| {
        let pixels: u64 = row.iter().sum();
        format!(
            "<tr><td>{}</td><td>{}</td><td>{pixels}</td></tr>\n",
            escaped(&class.name.en),
            share(test.iou(index))
        )
    };
    let rows: String = recipe.classes.iter().zip(test.rows()).enumerate().map(row).collect();
    let counted = if recipe.network.classifies() { "pictures" } else { "pixels" };
    format!("<table>\n<tr><th>class</th><th>IoU</th><th>{counted}</th></tr>\n{rows}</table>\n")
}

/// Shares of each true class, in per cent; the darker the more.
pub fn confusion_table(test: &Confusion, recipe: &Recipe) -> String {
    let names: Vec<&str> = recipe.classes.iter().map(|class| &class.name.en[..]).collect();
    confusion(test, &names)
}

/// As [`confusion_table`], with the classes' names.
pub fn confusion(test: &Confusion, names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| escaped(name)).collect();
    let head: String = names.iter().map(|name| format!("<th>{name}</th>")).collect();
    let row = |(name, row): (&String, &[u64])| {
        let whole = row.iter().sum::<u64>().max(1) as f64;
        let cell = |&count: &u64| {
            let share = count as f64 / whole;
            let ink = if share > 0.6 { "#fff" } else { "#1c1c1c" };
            format!(
                "<td style=\"background:rgba(16,96,180,{share:.3});color:{ink}\">{:.1}</td>",
                share * 100.0
            )
        };
        format!("<tr><th>{name}</th>{}</tr>\n", row.iter().map(cell).collect::<String>())
    };
    let rows: String = names.iter().zip(test.rows()).map(row).collect();
    format!(
        "<div class=\"scroll\"><table>\n<tr><th>true \\ predicted, %</th>{head}</tr>\n{rows}</table></div>\n"
    )
}

/// Which two classes are taken for each other most, where there are too many to see it in the matrix.
pub fn confused(test: &Confusion, recipe: &Recipe) -> String {
    if recipe.classes.len() <= MATRIX_MAX {
        return String::new();
    }
    let cells = test.rows().enumerate().flat_map(|(truth, row)| {
        row.iter().enumerate().map(move |(predicted, &count)| (count, truth, predicted))
    });
    let mut wrong: Vec<_> =
        cells.filter(|&(count, truth, predicted)| count > 0 && truth != predicted).collect();
    wrong.sort_by_key(|&(count, truth, predicted)| (std::cmp::Reverse(count), truth, predicted));
    let name = |class: usize| escaped(&recipe.classes[class].name.en);
    let row = |&(count, truth, predicted): &(u64, usize, usize)| {
        format!("<tr><td>{}</td><td>{}</td><td>{count}</td></tr>\n", name(truth), name(predicted))
    };
    let rows: String = wrong.iter().take(MATRIX_MAX).map(row).collect();
    format!("<table>\n<tr><th>true</th><th>taken for</th><th>pictures</th></tr>\n{rows}</table>\n")
}

/// Which colour is which class.
pub fn legend(recipe: &Recipe) -> String {
    let entry = |class: &crate::Class| {
        format!(
            "<span class=\"swatch\" style=\"background:{}\"></span>{}",
            escaped(&class.colour),
            escaped(&class.name.en)
        )
    };
    format!("<p>{}</p>\n", recipe.classes.iter().map(entry).collect::<String>())
}
