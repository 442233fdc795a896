//! Which device is the faster one: measured once for a pack on a machine, and whenever a person asks for it.

use super::slot::Loaded;
use super::{Reason, Speed, Workers};
use leptos::prelude::*;
use vitrine_protocol::{Device, Fault, Reply, Request};

impl Workers {
    /// Asks the browser for the adapter's name, unless it is known: what was measured is kept by it.
    pub async fn know_adapter(&self) {
        if self.adapter_name().is_empty() {
            self.probe().await;
        }
    }

    /// What was measured here of the pack with this `pack.json`.
    pub fn speed_of(&self, pack_json: &str) -> Speed {
        Speed::recall(pack_json, &self.adapter_name())
    }

    /// The faster device, where a real GPU has the pack ready: by an earlier measurement, or by a new one.
    pub(super) async fn faster(&self, gpu: &Loaded) -> Reason {
        let mut speed = self.speed_of(&gpu.pack_json);
        if speed.favours_cpu().is_none() {
            // What cannot be measured shows up where it is used.
            speed = self.measure().await.unwrap_or(speed);
        }
        match speed {
            Speed { cpu: Some(cpu_millis), webgpu: Some(gpu_millis) } if cpu_millis < gpu_millis => {
                Reason::CpuFaster { adapter: self.adapter_name(), cpu_millis, gpu_millis }
            }
            _ => self.gpu_reason(&gpu.info),
        }
    }

    /// Times the pack on the devices that compute it: the CPU, and the GPU where one is open. In automatic mode the faster
    /// one computes from then on.
    ///
    /// # Errors
    /// A device failed.
    pub async fn measure_again(&self) -> Result<(), Fault> {
        self.measure().await?;
        self.settle().await;
        Ok(())
    }

    async fn measure(&self) -> Result<Speed, Fault> {
        self.know_adapter().await;
        let (_, loaded) = self.ready().await?;
        let mut speed = self.speed_of(&loaded.pack_json);
        for device in [Device::Cpu, Device::Webgpu] {
            if device == Device::Webgpu && !self.is_gpu_open() {
                continue;
            }
            let there = self.load_on(device).await?;
            if *there.pack_json != *loaded.pack_json {
                // Another pack was chosen meanwhile.
                return Ok(speed);
            }
            let parcel = self.ask(device, |ticket| Request::Measure { ticket }, &[]).await?;
            if let Reply::Measured { millis, .. } = parcel.reply {
                speed = speed.with(device, millis);
            }
        }
        speed.remember(&loaded.pack_json, &self.adapter_name());
        Ok(speed)
    }

    /// Automatic mode: whether the device that computes is still the faster one, for this pack.
    pub(super) async fn settle(&self) {
        let reason = self.reason();
        if !self.is_automatic() || !reason.with_untracked(Reason::is_measured) {
            return;
        }
        let Ok(loaded) = self.load_on(Device::Webgpu).await else { return };
        let faster = self.faster(&loaded).await;
        if self.is_automatic() && reason.with_untracked(Reason::is_measured) {
            reason.set(faster);
        }
    }
}
