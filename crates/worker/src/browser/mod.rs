//! The message loop.

#[cfg(feature = "cpu")]
mod codecs;
mod digest;
mod fetch;
#[cfg(feature = "cpu")]
mod labels;
mod models;
#[cfg(feature = "cpu")]
mod motion;
mod packs;
mod post;
#[cfg(feature = "cpu")]
mod warm_up;
mod watch;

use post::Parcel;
use std::cell::RefCell;
use std::rc::Rc;
use vitrine_engine::{Device, Plan};
use vitrine_protocol::{Device as Kind, DeviceInfo, Fault, Reply, Request, Ticket};
use vitrine_tasks::Model;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// What the worker owns. Nothing is borrowed across an await.
#[derive(Default)]
struct State {
    device: Option<Device>,
    model: Option<Rc<Model>>,
    /// The video that is watched with it.
    clip: Option<vitrine_tasks::Clip>,
    /// A model without a pack.
    plan: Option<Rc<Plan>>,
    /// Whether it has warmed up, or is about to.
    #[cfg(feature = "cpu")]
    warm: bool,
}

type Shared = Rc<RefCell<State>>;

#[cfg(feature = "webgpu")]
unsafe extern "C" {
    /// The linker's name for all static constructors of the program.
    fn __wasm_call_ctors();
}

/// Listens for requests.
pub fn start() {
    // Unless the program names them, the linker lets every call from JavaScript run all constructors first. CubeCL registers what
    // it knows by thousands of them: 12 ms for each step that is queued.
    // SAFETY: this is the first that runs, once, and nothing else calls them.
    #[cfg(feature = "webgpu")]
    unsafe {
        __wasm_call_ctors();
    }
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
    let state = Shared::default();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let state = state.clone();
        wasm_bindgen_futures::spawn_local(async move { receive(state, &event.data()).await });
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

async fn receive(state: Shared, data: &JsValue) {
    // The page and its workers are built together: what does not parse is not from the page.
    let Some((request, buffers)) = post::parse(data) else { return };
    let ticket = ticket(&request);
    let parcel = answer(state, request, buffers).await;
    post::send(parcel.unwrap_or_else(|fault| Reply::Failed { ticket, fault }.into()));
}

fn ticket(request: &Request) -> Ticket {
    match *request {
        Request::Open { ticket }
        | Request::Decode { ticket, .. }
        | Request::Load { ticket, .. }
        | Request::LoadGiven { ticket, .. }
        | Request::Inspect { ticket }
        | Request::Draft { ticket, .. }
        | Request::Run { ticket, .. }
        | Request::Watch { ticket, .. }
        | Request::EndWatch { ticket }
        | Request::Motion { ticket, .. }
        | Request::Measure { ticket }
        | Request::WarmUp { ticket }
        | Request::OpenModel { ticket }
        | Request::Compute { ticket }
        | Request::EncodeLabels { ticket, .. }
        | Request::EncodeOverlay { ticket, .. }
        | Request::CompareLabels { ticket, .. } => ticket,
    }
}

async fn answer(state: Shared, request: Request, buffers: Vec<js_sys::ArrayBuffer>) -> Result<Parcel, Fault> {
    let bytes =
        |index: usize| buffers.get(index).map(|it| js_sys::Uint8Array::new(it).to_vec()).unwrap_or_default();
    let first = || bytes(0);
    match request {
        Request::Open { ticket } => open(state, ticket).await,
        #[cfg(feature = "cpu")]
        Request::WarmUp { ticket } => {
            warm_up::warm_up(&state).await;
            Ok(Reply::WarmedUp { ticket }.into())
        }
        Request::Load { ticket, folder, side } => {
            #[cfg(feature = "cpu")]
            warm_up::beside(&state);
            packs::load(state, ticket, &folder, side).await
        }
        Request::LoadGiven { ticket, pack_json, side } => {
            packs::load_given(state, ticket, pack_json, first(), side).await
        }
        #[cfg(feature = "cpu")]
        Request::Inspect { ticket } => packs::inspect(ticket, first()).await,
        #[cfg(feature = "cpu")]
        Request::Draft { ticket, answers } => packs::draft(ticket, &answers),
        Request::Run { ticket, width, height, crops } => {
            packs::run(state, ticket, [width, height], crops, first()).await
        }
        Request::Watch { ticket, width, height, begin } => {
            watch::watch(state, ticket, [width, height], begin, first()).await
        }
        Request::EndWatch { ticket } => watch::end(state, ticket).await,
        #[cfg(feature = "cpu")]
        Request::Motion { ticket, width, height } => {
            motion::colours(ticket, [width, height], [first(), bytes(1)])
        }
        Request::Measure { ticket } => packs::measure(state, ticket).await,
        Request::OpenModel { ticket } => models::open(state, ticket, first()),
        Request::Compute { ticket } => models::compute(state, ticket, &buffers).await,
        #[cfg(feature = "cpu")]
        Request::Decode { ticket, display_side } => codecs::decode(ticket, first(), display_side).await,
        #[cfg(feature = "cpu")]
        Request::EncodeLabels { ticket, map_width, map_height, width, height } => {
            codecs::encode_labels(ticket, first(), [map_width, map_height], [width, height])
        }
        #[cfg(feature = "cpu")]
        Request::EncodeOverlay { ticket, width, height, map_width, map_height, opacity } => {
            codecs::encode_overlay(
                ticket,
                [width, height],
                first(),
                [map_width, map_height],
                &bytes(1),
                opacity,
            )
        }
        #[cfg(feature = "cpu")]
        Request::CompareLabels { ticket, map_width, map_height, groups } => {
            labels::compare(ticket, [0, 1, 2, 3, 4].map(bytes), [map_width, map_height], groups)
        }
        #[cfg(not(feature = "cpu"))]
        Request::Decode { .. }
        | Request::WarmUp { .. }
        | Request::Motion { .. }
        | Request::Inspect { .. }
        | Request::Draft { .. }
        | Request::EncodeLabels { .. }
        | Request::EncodeOverlay { .. }
        | Request::CompareLabels { .. } => Err(crate::faults::fault(
            vitrine_protocol::FaultCode::WorkerCrashed,
            "images are decoded and encoded by the CPU worker",
        )),
    }
}

async fn open(state: Shared, ticket: Ticket) -> Result<Parcel, Fault> {
    let device = open_device().await?;
    let kind = match device.kind() {
        vitrine_engine::DeviceKind::Cpu => Kind::Cpu,
        vitrine_engine::DeviceKind::Webgpu => Kind::Webgpu,
    };
    let info = DeviceInfo { device: kind, name: device.name().to_owned(), software: device.software() };
    state.borrow_mut().device = Some(device);
    Ok(Reply::Ready { ticket, info }.into())
}

#[cfg(feature = "webgpu")]
async fn open_device() -> Result<Device, Fault> {
    Device::webgpu()
        .await
        .map_err(|error| crate::faults::fault(vitrine_protocol::FaultCode::GpuMissing, error))
}

#[cfg(not(feature = "webgpu"))]
async fn open_device() -> Result<Device, Fault> {
    Ok(Device::cpu())
}
