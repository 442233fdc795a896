//! A network that reads windows of pictures, and a second one that reads their optical flow.

use super::layout::ClipLayout;
use super::{region_of, softmax};
use crate::Error;
use crate::prepare::Layout;
use crate::reader::{self, Reader, Scaled};
use vitrine_engine::{Device, Held, Output as Computed, Part, Plan};
use vitrine_graph::{Bytes, Data, Options, passes};
use vitrine_packs::{FlowStream, Output, Pack, Windows};
use vitrine_pixels::flow::{FlowField, TvL1};
use vitrine_pixels::{Frame, Gray};

/// Channels of a picture.
const PICTURE: usize = 3;
/// Channels of a flow field.
const FLOW: usize = 2;

/// One or two networks on a device.
pub struct TwoStream {
    device: Device,
    rgb: Network,
    /// Prepares the frames that it reads.
    reader: Reader,
    flow: Option<Network>,
    /// Computes flow where the networks are computed; none on the processor.
    #[cfg(feature = "webgpu")]
    method: Option<vitrine_engine::TvL1>,
}

struct Network {
    /// Reads one frame after the other.
    plan: Plan,
    /// Of a frame.
    layout: Layout,
    frames: usize,
}

impl TwoStream {
    /// The network that reads pictures.
    pub fn load(
        pack: &Pack,
        model: &Bytes,
        device: &Device,
        tensor: &str,
        windows: &Windows,
    ) -> Result<Self, Error> {
        let frames = [windows.pictures() as usize, PICTURE, pack.input.width as usize];
        let rgb = Network::load(pack, model, device, tensor, frames)?;
        let size = [pack.input.width, pack.input.height];
        Ok(Self {
            device: device.clone(),
            reader: Reader::of_layout(rgb.layout, size, &pack.input, device)?,
            rgb,
            flow: None,
            #[cfg(feature = "webgpu")]
            method: None,
        })
    }

    /// The network that reads flow.
    pub fn add_flow(
        &mut self,
        pack: &Pack,
        flow: &FlowStream,
        model: &Bytes,
        device: &Device,
    ) -> Result<(), Error> {
        let Output::Windows { windows, .. } = &pack.output else { return Ok(()) };
        let frames = [flow.fields(windows.clip_frames) as usize, FLOW, flow.side as usize];
        self.flow = Some(Network::load(pack, model, device, &flow.tensor, frames)?);
        #[cfg(feature = "webgpu")]
        if device.kind() == vitrine_engine::DeviceKind::Webgpu {
            self.method = Some(vitrine_engine::TvL1::new(device, Default::default())?);
        }
        Ok(())
    }

    /// The network that reads pictures.
    pub fn plan(&self) -> &Plan {
        &self.rgb.plan
    }

    /// Flow from one picture to another, by `processor` where the networks are not on a GPU.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails, [`Error::Flow`] for pictures that differ in size.
    pub async fn field(&self, processor: &mut TvL1, first: &Gray, second: &Gray) -> Result<FlowField, Error> {
        #[cfg(feature = "webgpu")]
        if let Some(method) = &self.method {
            return Ok(method.flow(first, second).await?);
        }
        Ok(processor.flow(first, second)?)
    }

    /// A frame at the first network's size: the middle of it, or all of it, as the pack says.
    ///
    /// # Errors
    /// Those of [`Reader::region`].
    pub fn picture(&self, pack: &Pack, frame: &Frame) -> Result<Scaled, Error> {
        self.reader.region(frame, region_of(&pack.input, frame))
    }

    /// A picture as the first network reads it.
    pub fn picture_input(&self, picture: &Scaled) -> Held {
        self.reader.part(picture, Part::default())
    }

    /// A field's numbers, channels last, as the second network reads them.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails.
    pub fn field_input(&self, numbers: Vec<f32>) -> Result<Held, Error> {
        // Where there is no such network, the first window says so.
        let layout = self.flow.as_ref().map_or(Layout::ChannelsLast, |flow| flow.layout);
        Ok(Held::on_device(Data::F32(layout.arrange(numbers, FLOW)), &self.device)?)
    }

    /// Probabilities of the classes for a window: what [`TwoStream::picture_input`] and [`TwoStream::field_input`] made.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails, [`Error::Pack`] where the second network was not loaded.
    pub async fn probabilities(
        &self,
        pack: &Pack,
        pictures: Vec<Held>,
        fields: Vec<Held>,
    ) -> Result<Vec<f64>, Error> {
        let of_pictures = softmax(self.rgb.scores(pictures).await?);
        let Output::Windows { flow: Some(_), fusion, .. } = &pack.output else { return Ok(of_pictures) };
        let missing = || Error::Pack("the network that reads flow was not loaded".to_owned());
        let of_flow = softmax(self.flow.as_ref().ok_or_else(missing)?.scores(fields).await?);
        Ok(fused(&of_pictures, &of_flow, fusion.shares()))
    }

    /// Scores of the first network for a window all of whose frames are the test card.
    pub async fn scores_of_card(&self) -> Result<Vec<f32>, Error> {
        self.rgb.scores(vec![self.reader.card()?; self.rgb.frames]).await
    }
}

impl Network {
    /// `frames`: how many are read, their channels, their side.
    fn load(
        pack: &Pack,
        model: &Bytes,
        device: &Device,
        tensor: &str,
        [frames, channels, side]: [usize; 3],
    ) -> Result<Self, Error> {
        let mut graph = vitrine_graph::read_shared(model, &Options::default())?;
        graph.outputs = vec![graph.find(tensor)?];
        passes::remove_dead(&mut graph);
        graph.inputs = graph.inputs.iter().copied().filter(|&id| graph.uses(id) > 0).collect();
        let [input] = graph.inputs[..] else {
            let count = graph.inputs.len();
            return Err(Error::Pack(format!("the network has {count} inputs, and one window is given")));
        };
        let layout = ClipLayout::of(graph.shape(input), frames, channels, side)?;
        super::check_scores(&graph, pack)?;
        layout.read_frames(&mut graph, frames, channels);
        Ok(Self { plan: Plan::new(graph, device)?, layout: layout.of_a_frame(), frames })
    }

    async fn scores(&self, frames: Vec<Held>) -> Result<Vec<f32>, Error> {
        let outputs = reader::run(&self.plan, frames).await?;
        Ok(outputs.into_iter().next().map(Computed::into_f32s).unwrap_or_default())
    }
}

/// Late fusion: the weighted mean of what the two networks hold for probable.
fn fused(rgb: &[f64], flow: &[f64], [share, other]: [f64; 2]) -> Vec<f64> {
    rgb.iter().zip(flow).map(|(rgb, flow)| share * rgb + other * flow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_packs::Fusion;

    #[test]
    fn late_fusion_is_the_mean_or_the_weighted_mean_of_probabilities() {
        let (rgb, flow) = ([0.75, 0.25], [0.25, 0.75]);
        assert_eq!(fused(&rgb, &flow, Fusion::Average.shares()), [0.5, 0.5]);
        let weights = Fusion::Weights { rgb: 1.0, flow: 3.0 };
        assert_eq!(fused(&rgb, &flow, weights.shares()), [0.375, 0.625]);
    }
}
