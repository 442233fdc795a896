//! `vitrine annotations`: boxes from one file format into another.

use crate::failure::bad_input;
use crate::sized::Images;
use crate::{files, folders, given, output};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use vitrine_pixels::annotations::{self, Annotations, Format, Import, Loss, MAX_BYTES, Problem};

#[derive(Args, Debug)]
pub struct Arguments {
    /// Annotation files, in any of the formats, or folders of them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Format to write
    #[arg(long, value_enum)]
    to: To,
    /// Folder for the files that are written
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder of the images, where sizes are read from [default: beside the files, or in `images`]
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    /// Names of YOLO's classes, one a line [default: classes.txt beside the files, or above them]
    #[arg(long, value_name = "FILE")]
    classes: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum To {
    Yolo,
    Voc,
    Coco,
}

/// What was converted, and what was not.
#[derive(Serialize)]
struct Report {
    to: To,
    images: usize,
    objects: usize,
    classes: Vec<String>,
    /// The files that were written.
    files: Vec<String>,
    losses: Vec<Lost>,
    problems: Vec<Listed>,
}

/// Something that the format cannot hold.
#[derive(Serialize)]
struct Lost {
    what: &'static str,
    count: usize,
}

/// Something wrong with a file.
#[derive(Serialize)]
struct Listed {
    file: String,
    line: Option<usize>,
    cause: String,
    remedy: &'static str,
    /// Whether something was left out because of it.
    lost: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    if let Some(folder) = arguments.images.as_deref().filter(|folder| !folder.is_dir()) {
        return Err(bad_input(format!("{} is no folder of images", folder.display())));
    }
    let (set, mut problems) = read(arguments)?;
    let bad: Vec<String> = problems.iter().filter(|problem| problem.lost).map(ToString::to_string).collect();
    let nothing = set.images.iter().all(|image| image.objects.is_empty());
    if set.images.is_empty() || (nothing && !bad.is_empty()) {
        list(&problems);
        let first = bad.first().map_or("there is nothing in the files given", String::as_str);
        return Err(bad_input(format!("nothing is converted: {first}")));
    }
    let format = match arguments.to {
        To::Yolo => Format::Yolo,
        To::Voc => Format::Voc,
        To::Coco => Format::Coco,
    };
    let written = annotations::write(&set, format);
    problems.extend(written.problems);
    for (name, text) in &written.files {
        files::write(&arguments.out.join(name), text.as_bytes())?;
    }
    list(&problems);
    let names = written.files.into_iter().map(|(name, _)| name).collect();
    let report = report(arguments.to, &set, names, written.losses, &problems);
    if arguments.json {
        output::json(&report)?
    } else {
        output::text(&human(&report, &arguments.out))?
    }
    match problems.iter().filter(|problem| problem.lost).count() {
        0 => Ok(()),
        count => {
            let out = arguments.out.display();
            Err(bad_input(format!("left out for the problems above: {count}; the rest is in {out}")))
        }
    }
}

fn read(arguments: &Arguments) -> Result<(Annotations, Vec<Problem>)> {
    let (names, files): (Vec<PathBuf>, Vec<PathBuf>) =
        listed(&arguments.files)?.into_iter().partition(|path| is_classes(path));
    let fixed = arguments.classes.clone().or_else(|| names.first().cloned());
    let images = Images::new(arguments.images.as_deref());
    let mut import = Import::default();
    let mut known: Option<PathBuf> = None;
    for file in &files {
        let classes = fixed.clone().or_else(|| classes_near(file));
        if let Some(classes) = classes.filter(|classes| known.as_ref() != Some(classes)) {
            import.read_classes(&classes.display().to_string(), &given::bytes(&classes)?);
            known = Some(classes);
        }
        let bytes = bounded(file)?;
        import.read(&file.display().to_string(), &bytes, &|name| images.find(file, name));
    }
    Ok(import.finish())
}

/// Folders are replaced by the annotation files in them.
fn listed(given: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = vec![];
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        let known = |path: &PathBuf| {
            path.extension()
                .is_some_and(|extension| ["txt", "xml", "json"].iter().any(|known| extension == *known))
        };
        files.extend(folders::files_in(path).into_iter().filter(known));
        if files.len() == before {
            let path = path.display();
            return Err(bad_input(format!(
                "the folder {path} has no .txt, .xml or .json: give annotation files"
            )));
        }
    }
    Ok(files)
}

fn is_classes(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "classes.txt")
}

fn classes_near(file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?;
    [folder.join("classes.txt"), folder.join("../classes.txt")].into_iter().find(|path| path.is_file())
}

fn bounded(file: &Path) -> Result<Vec<u8>> {
    let length = fs::metadata(file).map_or(0, |metadata| metadata.len());
    if length > MAX_BYTES as u64 {
        let (file, length, most) = (file.display(), length >> 20, MAX_BYTES >> 20);
        return Err(bad_input(format!("{file} has {length} MB, and at most {most} are read: split it")));
    }
    given::bytes(file).context("annotations are not read")
}

fn list(problems: &[Problem]) {
    for problem in problems {
        // File names may contain anything.
        output::note(&problem.to_string().replace(char::is_control, " "));
    }
}

fn report(to: To, set: &Annotations, files: Vec<String>, losses: Vec<Loss>, problems: &[Problem]) -> Report {
    let losses = losses.into_iter().map(|Loss { what, count }| Lost { what, count }).collect();
    let problems = problems.iter().cloned().map(|problem| {
        let Problem { file, line, cause, remedy, lost } = problem;
        Listed { file, line, cause, remedy, lost }
    });
    Report {
        to,
        images: set.images.len(),
        objects: set.images.iter().map(|image| image.objects.len()).sum(),
        classes: set.classes.iter().map(|class| class.name.clone()).collect(),
        files,
        losses,
        problems: problems.collect(),
    }
}

fn human(report: &Report, out: &Path) -> String {
    let Report { images, objects, files, .. } = report;
    let (classes, files, out) = (report.classes.len(), files.len(), out.display());
    let mut lines =
        vec![format!("images {images}, boxes {objects}, classes {classes}; files in {out}: {files}")];
    lines.extend(report.losses.iter().map(|lost| format!("lost: {}: {}", lost.what, lost.count)));
    lines.join("\n")
}
