//! Gets the browser to compile what models need while a pack's files are on their way: a browser compiles a function when
//! it is first called, and again, better, when it was called for a while. On a cold worker that is more than half of the
//! time from a small model's bytes to its first answer.

use super::Shared;
use js_sys::Promise;
use vitrine_engine::{Device, Plan};
use vitrine_graph::Data;
use wasm_bindgen_futures::JsFuture;

/// Written by this package's build script.
static NETWORK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/warm_up.onnx"));
/// After so many runs the parts have their better code.
const RUNS: usize = 24;
/// Likewise what reads models.
const LOADS: usize = 16;

/// As [`warm_up`], while the worker goes on with what it was asked for.
pub fn beside(state: &Shared) {
    let state = state.clone();
    wasm_bindgen_futures::spawn_local(async move { warm_up(&state).await });
}

/// Opens and computes a small network, a bit at a time: requests that come in between are answered first, and where a model
/// is ready there is nothing left to gain. Once in a worker's life.
pub async fn warm_up(state: &Shared) {
    if std::mem::replace(&mut state.borrow_mut().warm, true) {
        return;
    }
    let mut plan = None;
    for _ in 0..LOADS {
        pause().await;
        let Ok(graph) = vitrine_graph::read(NETWORK) else { return };
        pause().await;
        plan = Plan::new(graph, &Device::cpu()).ok();
        if state.borrow().model.is_some() {
            return;
        }
    }
    let Some(plan) = plan else { return };
    for _ in 0..RUNS {
        pause().await;
        if state.borrow().model.is_some() {
            return;
        }
        let elements = |shape: &[usize]| Data::F32(vec![0.5; shape.iter().product()]);
        let inputs = plan.inputs().map(|input| elements(&input.shape)).collect();
        // What it answers is of no interest, and so is a fault: the model that comes will tell it.
        let _ = plan.run(inputs).await;
    }
}

/// Lets the worker see to what has arrived.
async fn pause() {
    let timer = |resolve: js_sys::Function, _| {
        // Only a page that is gone refuses, and then nobody waits.
        let _ = super::scope().set_timeout_with_callback(&resolve);
    };
    let _ = JsFuture::from(Promise::new(&mut { timer })).await;
}
