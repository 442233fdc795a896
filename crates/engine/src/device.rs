//! Devices to run a plan on.

#[cfg(feature = "webgpu")]
use crate::Error;

/// Where a plan is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// SIMD code on the processor.
    Cpu,
    /// A GPU, by kernels on Burn's device (burn-wgpu).
    Webgpu,
}

/// How a GPU computes with real numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits throughout.
    #[default]
    Full,
    /// 16 bits in memory, 32 in sums.
    HalfInMemory,
    /// 16 bits in memory and in the sums of convolutions.
    Half,
}

/// An open device.
#[derive(Clone, Debug)]
pub struct Device {
    #[cfg(feature = "webgpu")]
    gpu: Option<burn_wgpu::WgpuDevice>,
    kind: DeviceKind,
    name: String,
    software: bool,
    /// Whether it computes with 16 bits.
    half: bool,
    precision: Precision,
}

impl Device {
    /// The processor.
    pub fn cpu() -> Self {
        let simd = if cfg!(target_family = "wasm") { "WebAssembly SIMD" } else { std::env::consts::ARCH };
        Self {
            #[cfg(feature = "webgpu")]
            gpu: None,
            kind: DeviceKind::Cpu,
            name: simd.to_owned(),
            software: false,
            half: false,
            precision: Precision::Full,
        }
    }

    /// The adapter that the browser or the system prefers. Once in a process: a lost device is not replaced here, its
    /// worker is.
    ///
    /// # Errors
    /// [`Error::NoDevice`].
    #[cfg(feature = "webgpu")]
    pub async fn webgpu() -> Result<Self, Error> {
        // The device that Burn's options name by default.
        let gpu = burn_wgpu::WgpuDevice::default();
        let (_, setup) = burn::tensor::Device::wgpu_options()
            .init_with_setup_async()
            .await
            .map_err(|error| Error::NoDevice(error.to_string()))?;
        let info = setup.adapter.get_info();
        let name = [info.name.as_str(), info.driver.as_str()].into_iter().find(|name| !name.is_empty());
        let half = crate::gpu::has_half(&cubecl::Device::from(gpu.clone()).client());
        Ok(Self {
            gpu: Some(gpu),
            kind: DeviceKind::Webgpu,
            name: name.unwrap_or("adapter without a name").to_owned(),
            software: info.device_type == wgpu::DeviceType::Cpu,
            half,
            precision: Precision::Full,
        })
    }

    /// What queues work on the GPU.
    ///
    /// # Errors
    /// [`Error::NoDevice`] when plans are computed on the processor.
    #[cfg(feature = "webgpu")]
    pub(crate) fn client(&self) -> Result<cubecl::client::Client, Error> {
        let gpu = self.gpu.clone().ok_or_else(|| Error::NoDevice("this is the processor".to_owned()))?;
        Ok(cubecl::Device::from(gpu).client())
    }

    /// The same device, with the kernels that a graphics card would get: to test them where there is none.
    #[doc(hidden)]
    #[must_use]
    pub fn as_card(mut self) -> Self {
        self.software = false;
        self
    }

    /// The same device, on which plans compute in this precision; in full precision where it has no other.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.precision = if self.half { precision } else { Precision::Full };
        self
    }

    /// How plans compute with real numbers.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Whether plans can compute in another precision than [`Precision::Full`].
    pub fn has_half(&self) -> bool {
        self.half
    }

    /// Waits until all that was queued is computed.
    ///
    /// # Errors
    /// [`crate::Error::Device`] when the device failed at it.
    #[cfg_attr(not(feature = "webgpu"), allow(clippy::unused_async, reason = "a GPU is awaited"))]
    pub async fn settle(&self) -> Result<(), crate::Error> {
        #[cfg(feature = "webgpu")]
        if self.gpu.is_some() {
            let done = self.client()?.sync().await;
            return done.map_err(|error| Error::Device(error.to_string()));
        }
        Ok(())
    }

    /// Where plans are computed.
    pub fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// The adapter's own name, or the instruction set.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a GPU's work is done by a program on the processor, which is slower than [`DeviceKind::Cpu`].
    pub fn software(&self) -> bool {
        self.software
    }
}
