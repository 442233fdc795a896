//! Curves as SVG.

use plotters::prelude::*;

type Failed = Box<dyn std::error::Error + Send + Sync>;

const COLOURS: [RGBColor; 3] = [RGBColor(16, 96, 180), RGBColor(200, 80, 20), RGBColor(60, 130, 60)];

/// Values by epoch, counted from 1; several curves share the axes, which begin at 0.
pub fn lines(title: &str, curves: &[(&str, &[f64])]) -> Result<String, Failed> {
    let mut svg = String::new();
    let longest = curves.iter().map(|(_, values)| values.len()).max().unwrap_or(0).max(2);
    let highest = curves.iter().flat_map(|(_, values)| values.iter().copied()).fold(1e-6, f64::max);
    {
        let area = SVGBackend::with_string(&mut svg, (460, 320)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let mut chart = ChartBuilder::on(&area)
            .caption(title, ("sans-serif", 18))
            .margin(10)
            .x_label_area_size(36)
            .y_label_area_size(44)
            .build_cartesian_2d(1.0..longest as f64, 0.0..highest * 1.05)
            .map_err(failed)?;
        chart
            .configure_mesh()
            .x_desc("epoch")
            .x_label_formatter(&|x| format!("{x:.0}"))
            .draw()
            .map_err(failed)?;
        for ((name, values), colour) in curves.iter().zip(COLOURS) {
            let points = values.iter().enumerate().map(|(index, &value)| ((index + 1) as f64, value));
            let series = LineSeries::new(points, colour.stroke_width(2));
            let drawn = chart.draw_series(series).map_err(failed)?;
            drawn
                .label(*name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        }
        chart.configure_series_labels().background_style(WHITE.mix(0.8)).draw().map_err(failed)?;
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

fn failed(error: impl std::fmt::Display) -> Failed {
    error.to_string().into()
}
