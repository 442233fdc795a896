//! One worker with its state: opened once, one pack loaded at a time, started again after a crash.

use super::link::{Ask, Link, crashed};
use super::post::Parcel;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use js_sys::ArrayBuffer;
use leptos::prelude::{ArcRwSignal, Set};
use std::cell::RefCell;
use std::rc::Rc;
use vitrine_protocol::{DeviceInfo, Fault, FaultCode, Reply, Request, Stage, Ticket};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// How far a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it does.
    pub stage: Stage,
    /// Units done: bytes, or tiles.
    pub done: u64,
    /// All units, if known.
    pub total: Option<u64>,
}

/// The pack to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Absolute address of the pack's folder, with a closing slash.
    pub folder: String,
    /// The network's input size in place of the pack's.
    pub side: Option<u32>,
    /// The pack's files, where a person brought them: `folder` is empty then.
    pub own: Option<Own>,
}

/// The files of a pack that a person brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The text of its `pack.json`.
    pub json: Rc<str>,
    /// The model file.
    pub model: Blob,
}

/// A pack that a worker has ready.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The device that it runs on.
    pub info: DeviceInfo,
    /// The text of its `pack.json`.
    pub pack_json: Rc<str>,
    /// The network's input size in place of the pack's.
    pub side: Option<u32>,
}

type Later<T> = Shared<LocalBoxFuture<'static, Result<T, Fault>>>;

/// A worker that is started when it is first needed.
pub struct Slot {
    bundle: &'static str,
    link: RefCell<Option<Link>>,
    opened: RefCell<Option<Later<DeviceInfo>>>,
    loaded: RefCell<Option<Later<Loaded>>>,
    /// What `loaded` is about.
    load: RefCell<Option<Load>>,
    /// What it is busy with.
    pub progress: ArcRwSignal<Option<Progress>>,
}

impl Slot {
    /// A worker of this bundle, not started.
    pub fn new(bundle: &'static str) -> Rc<Self> {
        Rc::new(Self {
            bundle,
            link: RefCell::default(),
            opened: RefCell::default(),
            loaded: RefCell::default(),
            load: RefCell::default(),
            progress: ArcRwSignal::new(None),
        })
    }

    /// The live worker. A broken one is replaced, and what it had loaded is forgotten.
    fn link(&self) -> Result<Link, Fault> {
        let mut link = self.link.borrow_mut();
        if let Some(link) = link.as_ref().filter(|link| !link.is_broken()) {
            return Ok(link.clone());
        }
        self.opened.take();
        self.loaded.take();
        Ok(link.insert(Link::start(self.bundle)?).clone())
    }

    /// Opens the device, once.
    pub fn open(&self) -> Later<DeviceInfo> {
        let link = match self.link() {
            Ok(link) => link,
            Err(fault) => return futures::future::ready(Err(fault)).boxed_local().shared(),
        };
        let mut opened = self.opened.borrow_mut();
        forget_failure(&mut opened);
        opened.get_or_insert_with(|| open(link).boxed_local().shared()).clone()
    }

    /// Opens the device and loads the pack, once. Another pack, or another size, replaces the one before.
    pub fn load(&self, load: Load) -> Later<Loaded> {
        let opened = self.open();
        let Some(link) = self.link.borrow().clone() else {
            return futures::future::ready(Err(crashed("no worker"))).boxed_local().shared();
        };
        let progress = self.progress.clone();
        let mut loaded = self.loaded.borrow_mut();
        forget_failure(&mut loaded);
        let other = self.load.replace(Some(load.clone())).is_some_and(|before| before != load);
        // A worker has the pack that it loaded last: one follows the other.
        let before = if other { loaded.take() } else { None };
        loaded
            .get_or_insert_with(|| {
                async move {
                    if let Some(before) = before {
                        let _ = before.await;
                    }
                    let info = opened.await?;
                    let side = load.side;
                    let model = match &load.own {
                        Some(own) => vec![bytes_of(&own.model).await?],
                        None => vec![],
                    };
                    let answer =
                        ask(&link, &progress, Box::new(|ticket| load_request(ticket, load)), &model).await;
                    match answer?.reply {
                        Reply::Loaded { pack_json, .. } => {
                            Ok(Loaded { info, pack_json: pack_json.into(), side })
                        }
                        _ => Err(crashed("the worker answered something else")),
                    }
                }
                .boxed_local()
                .shared()
            })
            .clone()
    }

    /// Whether the worker has ever said a word since it was started.
    pub fn is_opened(&self) -> bool {
        let opened = self.opened.borrow();
        opened.as_ref().and_then(|later| later.peek()).is_some_and(Result::is_ok)
    }

    /// Whether a pack is ready, without waiting.
    pub fn is_loaded(&self) -> bool {
        let alive = self.link.borrow().as_ref().is_some_and(|link| !link.is_broken());
        let loaded = self.loaded.borrow();
        alive && loaded.as_ref().and_then(|later| later.peek()).is_some_and(Result::is_ok)
    }

    /// Sends a request to the worker.
    pub async fn ask(&self, request: Ask, buffers: &[ArrayBuffer]) -> Result<Parcel, Fault> {
        let link = self.link()?;
        ask(&link, &self.progress, request, buffers).await
    }

    /// Ends the worker; the next request starts a new one.
    pub fn reset(&self, fault: &Fault) {
        if let Some(link) = self.link.take() {
            link.stop(fault);
        }
        self.opened.take();
        self.loaded.take();
        self.progress.set(None);
    }
}

/// A failed attempt does not stand in the way of the next one.
fn forget_failure<T: Clone>(later: &mut Option<Later<T>>) {
    if later.as_ref().and_then(|later| later.peek()).is_some_and(Result::is_err) {
        *later = None;
    }
}

async fn open(link: Link) -> Result<DeviceInfo, Fault> {
    let answer = link.ask(Box::new(|ticket| Request::Open { ticket }), &[], Box::new(|_, _, _| {})).await?;
    match answer.reply {
        Reply::Ready { info, .. } => Ok(info),
        _ => Err(crashed("the worker answered something else")),
    }
}

async fn ask(
    link: &Link,
    progress: &ArcRwSignal<Option<Progress>>,
    request: Ask,
    buffers: &[ArrayBuffer],
) -> Result<Parcel, Fault> {
    let reported = progress.clone();
    let report = move |stage, done, total| reported.set(Some(Progress { stage, done, total }));
    let answer = link.ask(request, buffers, Box::new(report)).await;
    progress.set(None);
    answer
}

fn load_request(ticket: Ticket, load: Load) -> Request {
    match load.own {
        Some(own) => Request::LoadGiven { ticket, pack_json: own.json.to_string(), side: load.side },
        None => Request::Load { ticket, folder: load.folder, side: load.side },
    }
}

/// A copy of a file that can be transferred.
pub async fn bytes_of(file: &Blob) -> Result<ArrayBuffer, Fault> {
    let bytes = JsFuture::from(file.array_buffer()).await.ok();
    // The browser refuses when the file has been moved or changed since it was chosen.
    bytes.and_then(|bytes| bytes.dyn_into().ok()).ok_or_else(|| Fault {
        code: FaultCode::PackMissing,
        cause: "the browser cannot read the file any more".to_owned(),
        remedy: "Choose the file again.".to_owned(),
    })
}
