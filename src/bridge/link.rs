//! One worker: requests go out, each is answered once, a crash answers all of them.

use super::post::{self, Parcel};
use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use vitrine_protocol::{Fault, FaultCode, Reply, Request, Stage, Ticket};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, Event, MessageEvent, Worker};

/// Makes a request for its ticket. Boxed, so that the way of a request is compiled once and not for every kind.
pub type Ask = Box<dyn FnOnce(Ticket) -> Request>;

/// Called with each progress report of a request: stage, units done, all units.
pub type OnProgress = Box<dyn Fn(Stage, u64, Option<u64>)>;

type Listener = Closure<dyn FnMut(Event)>;

struct Waiting {
    answer: oneshot::Sender<Result<Parcel, Fault>>,
    progress: OnProgress,
}

struct Inner {
    worker: Worker,
    next: Cell<u32>,
    waiting: RefCell<HashMap<Ticket, Waiting>>,
    /// Why the worker can no longer be used.
    broken: RefCell<Option<Fault>>,
    listeners: RefCell<Vec<Listener>>,
}

/// A running worker. Clones share it.
#[derive(Clone)]
pub struct Link(Rc<Inner>);

impl Link {
    /// Starts `worker.js` with a bundle: `worker-cpu` or `worker-gpu`.
    pub fn start(bundle: &str) -> Result<Self, Fault> {
        let address = crate::address::absolute(&format!("worker.js?{bundle}"));
        let worker = Worker::new(&address).map_err(|error| crashed(&described(&error)))?;
        let link = Self(Rc::new(Inner {
            worker,
            next: Cell::new(0),
            waiting: RefCell::default(),
            broken: RefCell::default(),
            listeners: RefCell::default(),
        }));
        link.listen("message", Self::on_message);
        link.listen("error", Self::on_error);
        link.listen("messageerror", Self::on_error);
        Ok(link)
    }

    fn listen(&self, name: &str, handler: fn(&Self, Event)) {
        let link = Rc::downgrade(&self.0);
        let closure = Listener::new(move |event| {
            if let Some(inner) = link.upgrade() {
                handler(&Self(inner), event);
            }
        });
        let function = closure.as_ref().unchecked_ref();
        // Adding a listener of a known kind to a live worker cannot fail.
        let _ = self.0.worker.add_event_listener_with_callback(name, function);
        self.0.listeners.borrow_mut().push(closure);
    }

    fn on_message(&self, event: Event) {
        let data = event.unchecked_into::<MessageEvent>().data();
        let Some(parcel) = post::receive(&data) else { return };
        let ticket = post::ticket_of(&parcel.reply);
        if let Reply::Progress { stage, done, total, .. } = parcel.reply {
            if let Some(waiting) = self.0.waiting.borrow().get(&ticket) {
                (waiting.progress)(stage, done, total);
            }
            return;
        }
        let Some(waiting) = self.0.waiting.borrow_mut().remove(&ticket) else { return };
        let answer = match parcel.reply {
            Reply::Failed { fault, .. } => Err(fault),
            _ => Ok(parcel),
        };
        // Whoever asked may be gone.
        let _ = waiting.answer.send(answer);
    }

    fn on_error(&self, event: Event) {
        // It is told through the requests; the page itself has no error.
        event.prevent_default();
        let cause = match event.dyn_ref::<ErrorEvent>() {
            Some(error) if !error.message().is_empty() => error.message(),
            _ => "the worker's script did not load".to_owned(),
        };
        web_sys::console::warn_2(&"a worker ended:".into(), &cause.as_str().into());
        self.stop(&crashed(&cause));
    }

    /// Ends the worker; everything that waits for it gets `fault`.
    pub fn stop(&self, fault: &Fault) {
        self.0.worker.terminate();
        self.0.broken.borrow_mut().get_or_insert_with(|| fault.clone());
        let waiting = std::mem::take(&mut *self.0.waiting.borrow_mut());
        for (_, waiting) in waiting {
            let _ = waiting.answer.send(Err(fault.clone()));
        }
    }

    /// Whether the worker has ended.
    pub fn is_broken(&self) -> bool {
        self.0.broken.borrow().is_some()
    }

    /// Sends a request, made for its ticket, and waits for the closing reply.
    pub async fn ask(
        &self,
        request: Ask,
        buffers: &[ArrayBuffer],
        progress: OnProgress,
    ) -> Result<Parcel, Fault> {
        if let Some(fault) = self.0.broken.borrow().clone() {
            return Err(fault);
        }
        let ticket = Ticket(self.0.next.replace(self.0.next.get() + 1));
        let (answer, reply) = oneshot::channel();
        self.0.waiting.borrow_mut().insert(ticket, Waiting { answer, progress });
        if let Err(error) = post::send(&self.0.worker, &request(ticket), buffers) {
            self.0.waiting.borrow_mut().remove(&ticket);
            return Err(crashed(&described(&error)));
        }
        reply.await.unwrap_or_else(|_| Err(crashed("the worker was dropped")))
    }
}

/// A fault for a worker that is no more.
pub fn crashed(cause: &str) -> Fault {
    Fault {
        code: FaultCode::WorkerCrashed,
        cause: cause.to_owned(),
        remedy: "Try again; if it happens twice, scale the photo down.".to_owned(),
    }
}

fn described(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| "the browser refused".to_owned(), |error| error.message().into())
}
