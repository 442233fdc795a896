//! One photo, several models, one after the other on the device, side by side on the screen. The page's own workers keep
//! their model: this has workers of its own, which end with it.

use super::Shelf;
use super::entry::Entry;
use crate::bridge::{Choice, Parcel, Workers};
use crate::media::{self, Picture};
use crate::studio::{Photo, PhotoResult, Settings, ShownPack, Studio, answer_of, parse};
use crate::view::{self, Drawing};
use crate::{language, numbers, say, text, words};
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use vitrine_protocol::{Answer, Device, Fault, FaultCode, Request};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Longest side of the pictures.
const SIDE: u32 = 640;
/// Boxes of objects: all of one colour, over photos of any.
const OBJECT_COLOUR: &str = "#ffb000";
/// How much of an answer is listed.
const LISTED: usize = 4;

/// One model's part of the comparison.
#[derive(Clone)]
pub struct Column {
    entry: Arc<Entry>,
    /// It outlives the cards, among which it was made.
    state: ArcRwSignal<State>,
}

#[derive(Clone)]
enum State {
    Waiting,
    Loading,
    Running,
    Done(Arc<PhotoResult>, HtmlCanvasElement),
    Failed(Fault),
}

/// Shows the columns in place of the cards and fills them.
pub fn start(shelf: Shelf) {
    let Some(photo) = shelf.studio.on_stage.get_untracked() else { return };
    let column = |entry| Column { entry, state: ArcRwSignal::new(State::Waiting) };
    let all = untrack(|| shelf.all());
    let entry = |key: String| all.iter().find(|entry| entry.key == key).cloned();
    let columns: Vec<Column> =
        shelf.ticked.get_untracked().into_iter().filter_map(entry).map(column).collect();
    shelf.columns.set(Some(columns.clone()));
    with_workers(shelf, async move |workers| fill(&workers, &photo, columns).await);
}

/// Times a model on the device.
pub fn measure(shelf: Shelf, entry: Arc<Entry>) {
    with_workers(shelf, async move |workers| {
        workers.choose_pack(Some(entry.load().await));
        let measured = workers.measure_again().await;
        shelf.measured.update(|count| *count += 1);
        if let Err(fault) = measured {
            shelf.studio.problem.set(Some(crate::studio::Problem { fault, photo: None }));
        }
    });
}

/// Works with workers of its own on the device that the page computes on, and ends them.
fn with_workers<Work: AsyncFnOnce(Workers) + 'static>(shelf: Shelf, work: Work) {
    let device = shelf.studio.workers().reason().with_untracked(|reason| reason.device());
    let choice = if device == Some(Device::Webgpu) { Choice::Webgpu } else { Choice::Cpu };
    let workers = Workers::new(choice);
    shelf.busy.set(true);
    spawn_local(async move {
        work(workers.clone()).await;
        workers.end(&ended());
        shelf.busy.set(false);
    });
}

async fn fill(workers: &Workers, photo: &Photo, columns: Vec<Column>) {
    let read = media::read(workers, &photo.file, SIDE).await;
    let picture = match read.map(|mut picture| (picture.bitmap.take(), picture)) {
        Ok((bitmap, picture)) => bitmap.and_then(|it| media::canvas_of(&it)).map(|canvas| (canvas, picture)),
        Err(fault) => return columns.iter().for_each(|column| column.set(State::Failed(fault.clone()))),
    };
    let Some((canvas, picture)) = picture else { return };
    for column in columns {
        let state = match column.look(workers, &picture).await {
            Ok(result) => State::Done(Arc::new(result), canvas.clone()),
            Err(fault) => State::Failed(fault),
        };
        column.set(state);
    }
}

impl Column {
    fn set(&self, state: State) {
        self.state.set(state);
    }

    async fn look(&self, workers: &Workers, picture: &Picture) -> Result<PhotoResult, Fault> {
        self.set(State::Loading);
        workers.choose_pack(Some(self.entry.load().await));
        let (device, loaded) = workers.ready().await?;
        let pack: ShownPack = parse(&loaded.pack_json)?;
        self.set(State::Running);
        let (width, height) = (picture.width, picture.height);
        // What is sent is gone, and the next model needs it too.
        let rgba = picture.rgba.slice(0);
        let request = move |ticket| Request::Run { ticket, width, height, crops: 1 };
        let parcel = workers.ask(device, request, &[rgba]).await?;
        result_of(parcel, picture, device, pack)
    }
}

fn result_of(
    parcel: Parcel,
    picture: &Picture,
    device: Device,
    pack: ShownPack,
) -> Result<PhotoResult, Fault> {
    let (answer, beside, timings) = answer_of(parcel).ok_or_else(ended)?;
    Ok(PhotoResult {
        answer,
        beside,
        timings,
        decode_millis: picture.millis,
        format: picture.format.clone(),
        device,
        pack: Arc::new(pack),
        settings: Settings::default(),
        compared: None,
    })
}

fn ended() -> Fault {
    let cause = "the comparison was ended".to_owned();
    Fault { code: FaultCode::Cancelled, cause, remedy: "Compare again.".to_owned() }
}

/// All of them side by side.
#[component]
pub fn Columns(shelf: Shelf, columns: Vec<Column>) -> impl IntoView {
    let studio = shelf.studio;
    view! {
        <div class="gallery-columns" data-testid="comparison">
            {columns.into_iter().map(|column| view! { <ColumnView shelf column /> }).collect_view()}
        </div>
        <div class="gallery-foot">
            <button class="button" type="button" data-testid="compare-again" disabled=move || shelf.busy.get()
                on:click=move |_| shelf.columns.set(None)>{say!(studio, gallery.again)}</button>
        </div>
    }
}

#[component]
fn ColumnView(shelf: Shelf, column: Column) -> impl IntoView {
    let studio = shelf.studio;
    let Column { entry, state } = column;
    let (id, titled) = (entry.pack.id.clone(), entry);
    let title =
        Signal::derive(move || titled.pack.title.in_language(language::tag(studio.locale.get())).to_owned());
    let testid = format!("column-{id}");
    let content = move || {
        let locale = studio.locale.get();
        let quiet = |said: String| view! { <p class="quiet">{said}</p> }.into_any();
        match state.get() {
            State::Waiting => quiet(text!(locale, gallery.waiting)),
            State::Loading => quiet(text!(locale, gallery.loading)),
            State::Running => quiet(text!(locale, gallery.running)),
            State::Failed(fault) => {
                let title = words::fault(locale, fault.code).title;
                quiet(text!(locale, gallery.fault, title = title, cause = fault.cause))
            }
            State::Done(result, picture) => view! { <Done studio result picture /> }.into_any(),
        }
    };
    view! {
        <section class="gallery-column" data-testid=testid>
            <h3>{title}</h3>
            <p class="quiet gallery-id">{id}</p>
            {content}
        </section>
    }
}

/// The photo under its answer, the time, and what was found.
#[component]
fn Done(studio: Studio, result: Arc<PhotoResult>, picture: HtmlCanvasElement) -> impl IntoView {
    let (below, above) = (NodeRef::<Canvas>::new(), NodeRef::<Canvas>::new());
    let drawn = result.clone();
    below.on_load(move |canvas| {
        // A canvas of this size has a context and takes a picture.
        let _ = copy(&picture, &canvas);
    });
    above.on_load(move |canvas| {
        // Drawing on a canvas of this size cannot fail.
        if let Some((rgba, width, height)) = view::draw(&drawn, &Drawing::default(), SIDE) {
            let _ = view::on_canvas(&canvas, &rgba, width, height);
        }
        let _ = frame_objects(&drawn, &canvas);
    });
    let time = {
        let timings = result.timings;
        let device = words::device(result.device);
        Signal::derive(move || {
            let locale = studio.locale.get();
            let network = numbers::duration(locale, timings.infer_millis);
            let total = numbers::duration(locale, timings.total_millis);
            format!("{total} ({device}), {}", text!(locale, gallery.network, time = network))
        })
    };
    view! {
        <div class="gallery-picture"><canvas node_ref=below></canvas><canvas class="above" node_ref=above></canvas></div>
        <p class="gallery-time" data-testid="column-time">{time}</p>
        <ul class="gallery-found">
            {move || found(studio, &result).into_iter().map(|(name, share, colour)| view! {
                <li><i style:background=colour></i> {name} <span>{share}</span></li>
            }).collect_view()}
        </ul>
    }
}

fn copy(picture: &HtmlCanvasElement, canvas: &HtmlCanvasElement) -> Option<()> {
    canvas.set_width(picture.width());
    canvas.set_height(picture.height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_canvas_element(picture, 0.0, 0.0).ok()
}

/// Boxes round objects, where the model finds any.
fn frame_objects(result: &PhotoResult, canvas: &HtmlCanvasElement) -> Option<()> {
    let Answer::Detect(found) = &result.answer else { return None };
    let scale = f64::from(SIDE) / f64::from(found.width.max(found.height).max(1));
    canvas.set_width((f64::from(found.width) * scale) as u32);
    canvas.set_height((f64::from(found.height) * scale) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_stroke_style_str(OBJECT_COLOUR);
    context.set_line_width(3.0);
    for object in &found.objects {
        let [left, top, width, height] =
            [object.left, object.top, object.width, object.height].map(|side| f64::from(side) * scale);
        context.stroke_rect(left, top, width, height);
    }
    Some(())
}

/// Name, share and colour of what was found most.
fn found(studio: Studio, result: &PhotoResult) -> Vec<(String, String, String)> {
    let locale = studio.locale.get();
    match &result.answer {
        Answer::Segment(areas) => {
            let listed = areas.categories.iter().take(LISTED * 2);
            let colour = |id| result.pack.group(id).map(|group| group.colour.clone()).unwrap_or_default();
            let row = |it: &vitrine_protocol::GroupShare| {
                (words::group(locale, &result.pack, it.id), numbers::percent(locale, it.share), colour(it.id))
            };
            listed.map(row).collect()
        }
        Answer::Classify(classes) => {
            let listed = classes.ranked.iter().take(LISTED);
            let row = |it: &vitrine_protocol::RankedClass| {
                let name = words::class(locale, &result.pack, it.class);
                (name, numbers::percent(locale, it.confidence), "var(--brass-fill)".to_owned())
            };
            listed.map(row).collect()
        }
        Answer::Detect(objects) => {
            let listed = objects.objects.iter().take(LISTED * 2);
            let row = |it: &vitrine_protocol::FoundObject| {
                let name = words::class(locale, &result.pack, it.class);
                (name, numbers::percent(locale, it.confidence.into()), OBJECT_COLOUR.to_owned())
            };
            listed.map(row).collect()
        }
        Answer::Act(_) => vec![],
    }
}
