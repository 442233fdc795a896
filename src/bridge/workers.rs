//! Both workers, and the rule of who computes.

use super::slot::{Load, Loaded, Progress, Slot};
use super::{Adapter, Choice, Parcel, Reason};
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use vitrine_protocol::{Device, DeviceInfo, Fault, FaultCode, Request, Ticket};

/// What is done after the GPU failed in the middle of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rescue {
    /// The GPU worker starts again.
    Rebuild,
    /// The CPU takes over.
    Move,
}

struct Inner {
    cpu: Rc<Slot>,
    gpu: Rc<Slot>,
    load: RefCell<Option<Load>>,
    /// Why the GPU is no longer tried.
    gpu_fault: RefCell<Option<Fault>>,
    /// Losses of the GPU since it last answered.
    gpu_losses: Cell<u32>,
    choice: Cell<Choice>,
    /// What the browser calls the adapter; inside the worker it often has no name.
    adapter: RefCell<Option<String>>,
    reason: ArcRwSignal<Reason>,
}

/// The CPU worker, which always runs, and the GPU worker, which runs where it helps. Clones share them.
#[derive(Clone)]
pub struct Workers(Rc<Inner>);

impl Workers {
    /// Starts nothing yet.
    pub fn new(choice: Choice) -> Self {
        Self(Rc::new(Inner {
            cpu: Slot::new("worker-cpu"),
            gpu: Slot::new("worker-gpu"),
            load: RefCell::default(),
            gpu_fault: RefCell::default(),
            gpu_losses: Cell::new(0),
            choice: Cell::new(choice),
            adapter: RefCell::default(),
            reason: ArcRwSignal::new(Reason::Deciding),
        }))
    }

    /// Which device computes, and why.
    pub fn reason(&self) -> ArcRwSignal<Reason> {
        self.0.reason.clone()
    }

    /// What a device's worker is busy with.
    pub fn progress(&self, device: Device) -> ArcRwSignal<Option<Progress>> {
        self.slot(device).progress.clone()
    }

    fn slot(&self, device: Device) -> &Rc<Slot> {
        match device {
            Device::Cpu => &self.0.cpu,
            Device::Webgpu => &self.0.gpu,
        }
    }

    /// Starts the CPU worker, which reads files whoever computes.
    pub fn start_cpu(&self) {
        let opened = self.0.cpu.open();
        leptos::task::spawn_local(async move {
            // A failure is told to whoever uses the worker first.
            let _ = opened.await;
        });
    }

    /// The pack that is to be used from now on; the one before.
    pub fn choose_pack(&self, load: Option<Load>) -> Option<Load> {
        self.0.load.replace(load)
    }

    /// Decides who computes, after start or when the person has chosen, and gets that worker ready.
    /// Returns when a first device is ready; in automatic mode a GPU may follow.
    pub async fn choose(&self, choice: Choice) -> Result<Loaded, Fault> {
        let stays = choice == Choice::Auto && self.0.choice.get() == choice && self.computes_on_gpu();
        self.0.choice.set(choice);
        self.0.gpu_fault.take();
        self.0.gpu_losses.set(0);
        match choice {
            Choice::Cpu => self.0.reason.set(Reason::CpuChoice),
            Choice::Webgpu => {
                if !self.0.gpu.is_loaded() {
                    self.0.reason.set(Reason::WebgpuOpening);
                }
                let workers = self.clone();
                leptos::task::spawn_local(async move {
                    workers.probe().await;
                    workers.rename_adapter();
                });
            }
            // Another pack for a GPU that computes already.
            Choice::Auto if stays => {
                let workers = self.clone();
                leptos::task::spawn_local(async move { workers.settle().await });
            }
            Choice::Auto => {
                self.0.reason.set(Reason::CpuMeanwhile);
                let workers = self.clone();
                leptos::task::spawn_local(async move { workers.try_gpu().await });
            }
        }
        self.ready().await.map(|(_, loaded)| loaded)
    }

    /// Automatic mode: the GPU worker, if the adapter is a real one.
    async fn try_gpu(&self) {
        let reason = match self.probe().await {
            Adapter::NoWebgpu => Reason::CpuNoWebgpu,
            Adapter::None => Reason::CpuNoAdapter,
            Adapter::Software(_) => Reason::CpuSoftware,
            Adapter::Hardware(_) => match self.load_on(Device::Webgpu).await {
                Ok(loaded) if loaded.info.software => Reason::CpuSoftware,
                Ok(loaded) => self.faster(&loaded).await,
                Err(fault) => {
                    self.0.gpu_fault.replace(Some(fault.clone()));
                    self.gpu_failure(fault)
                }
            },
        };
        if self.0.choice.get() == Choice::Auto {
            self.0.reason.set(reason);
        }
    }

    /// The adapter's name; empty while it is not known.
    pub(super) fn adapter_name(&self) -> String {
        self.0.adapter.borrow().clone().unwrap_or_default()
    }

    pub(super) async fn probe(&self) -> Adapter {
        let adapter = Adapter::probe().await;
        if let Adapter::Hardware(name) | Adapter::Software(name) = &adapter {
            self.0.adapter.replace(Some(name.clone()));
        }
        adapter
    }

    /// The worker may be ready before the browser has told the adapter's name.
    fn rename_adapter(&self) {
        let name = self.0.adapter.borrow().clone();
        if let (Some(adapter), Reason::Webgpu { software, .. }) = (name, self.0.reason.get_untracked()) {
            self.0.reason.set(Reason::Webgpu { adapter, software });
        }
    }

    pub(super) fn gpu_reason(&self, info: &DeviceInfo) -> Reason {
        let adapter = self.0.adapter.borrow().clone().unwrap_or_else(|| info.name.clone());
        Reason::Webgpu { adapter, software: info.software }
    }

    pub(super) async fn load_on(&self, device: Device) -> Result<Loaded, Fault> {
        let load = self.0.load.borrow().clone();
        let Some(load) = load else { return Err(no_pack()) };
        self.slot(device).load(load).await
    }

    /// Waits until a device can compute, and says which.
    pub async fn ready(&self) -> Result<(Device, Loaded), Fault> {
        if self.wants_gpu() {
            match self.load_on(Device::Webgpu).await {
                Ok(loaded) => {
                    self.0.reason.set(self.gpu_reason(&loaded.info));
                    return Ok((Device::Webgpu, loaded));
                }
                // A pack that is missing or broken is so for the CPU too, which then tells it.
                Err(fault) => self.give_up_gpu(fault),
            }
        }
        Ok((Device::Cpu, self.load_on(Device::Cpu).await?))
    }

    fn wants_gpu(&self) -> bool {
        if self.0.gpu_fault.borrow().is_some() {
            return false;
        }
        match self.0.choice.get() {
            Choice::Cpu => false,
            Choice::Webgpu => true,
            Choice::Auto => self.0.gpu_losses.get() > 0 || self.computes_on_gpu(),
        }
    }

    fn computes_on_gpu(&self) -> bool {
        self.0.gpu.is_opened() && self.0.reason.get_untracked().device() == Some(Device::Webgpu)
    }

    fn give_up_gpu(&self, fault: Fault) {
        self.0.reason.set(self.gpu_failure(fault.clone()));
        self.0.gpu.reset(&fault);
        self.0.gpu_fault.replace(Some(fault));
    }

    fn gpu_failure(&self, fault: Fault) -> Reason {
        // A worker that ends before its first word was not found, or is not one.
        if fault.code == FaultCode::WorkerCrashed && !self.0.gpu.is_opened() {
            return Reason::CpuNoGpuPart;
        }
        Reason::CpuFailed(fault)
    }

    /// The GPU failed a photo: once it is built anew, then the CPU takes over.
    pub fn rescue(&self, fault: Fault) -> Rescue {
        let losses = self.0.gpu_losses.get() + 1;
        self.0.gpu_losses.set(losses);
        if fault.code == FaultCode::GpuLost && losses == 1 {
            self.0.gpu.reset(&fault);
            self.0.reason.set(Reason::WebgpuOpening);
            return Rescue::Rebuild;
        }
        self.give_up_gpu(fault);
        Rescue::Move
    }

    /// The GPU has answered: an earlier loss is forgiven.
    pub fn forgive(&self) {
        self.0.gpu_losses.set(0);
    }

    pub(super) fn is_gpu_open(&self) -> bool {
        self.0.gpu.is_loaded() && self.0.gpu_fault.borrow().is_none()
    }

    pub(super) fn is_automatic(&self) -> bool {
        self.0.choice.get() == Choice::Auto
    }

    /// Ends both workers; whoever waits for them gets `fault`.
    pub fn end(&self, fault: &Fault) {
        self.0.cpu.reset(fault);
        self.0.gpu.reset(fault);
    }

    /// Sends a request to a device's worker.
    pub async fn ask(
        &self,
        device: Device,
        request: impl FnOnce(Ticket) -> Request + 'static,
        buffers: &[ArrayBuffer],
    ) -> Result<Parcel, Fault> {
        self.slot(device).ask(Box::new(request), buffers).await
    }
}

fn no_pack() -> Fault {
    Fault {
        code: FaultCode::PackMissing,
        cause: "packs.json names no pack".to_owned(),
        remedy: "Run `cargo run --release -p vitrine-cli -- pull`, then reload the page.".to_owned(),
    }
}
