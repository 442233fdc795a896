//! Running a plan.

use super::{Place, Plan, Step};
use crate::value::{Held, HostTensor, Kept, Output};
use crate::{Done, Error, cpu};
use std::collections::BTreeMap;
use std::sync::Arc;
#[cfg(not(target_arch = "wasm32"))]
use vitrine_graph::threads;
use vitrine_graph::{Data, Kind, ValueId};

impl Plan {
    /// Computes the outputs, in the graph's order. Readback is awaited.
    ///
    /// # Errors
    /// [`Error::Input`] for a wrong length or kind, [`Error::Graph`] when an index that was computed lies outside of its
    /// axis, [`Error::Device`] when the device fails.
    pub async fn run(&self, inputs: Vec<Data>) -> Result<Vec<Output>, Error> {
        let mut values = self.start(inputs)?;
        self.compute(&mut values).await?;
        self.read(&mut values, self.graph.outputs.len()).await
    }

    /// As [`Plan::run`]; `watch` is called after each step. What a GPU computes has then only been queued.
    ///
    /// # Errors
    /// Those of [`Plan::run`].
    pub async fn run_watched(
        &self,
        inputs: Vec<Data>,
        watch: &mut dyn FnMut(Done<'_>),
    ) -> Result<Vec<Output>, Error> {
        let mut values = self.start(inputs)?;
        self.compute_watched(&mut values, watch).await?;
        self.read(&mut values, self.graph.outputs.len()).await
    }

    /// Computes the outputs, in the graph's order, and leaves them where they were computed. What a GPU computes has then only
    /// been queued.
    ///
    /// # Errors
    /// Those of [`Plan::run`]; [`Error::Inputs`] for another number of inputs than the plan's.
    pub async fn run_held(&self, inputs: Vec<Held>) -> Result<Vec<Held>, Error> {
        if inputs.len() != self.graph.inputs.len() {
            return Err(Error::Inputs { given: inputs.len(), expected: self.graph.inputs.len() });
        }
        let mut values = BTreeMap::new();
        for (index, held) in inputs.into_iter().enumerate() {
            values.insert(self.graph.inputs[index], self.input(index, held)?);
        }
        self.compute(&mut values).await?;
        self.graph.outputs.iter().map(|&id| self.value(&values, id)).collect()
    }

    /// Brings what [`Plan::run_held`] gave to the host, all of it in one wait.
    ///
    /// # Errors
    /// [`Error::Outputs`] for another number of values than the plan's outputs, [`Error::Device`] when the device fails.
    pub async fn read_held(&self, outputs: Vec<Held>) -> Result<Vec<Output>, Error> {
        let expected = self.graph.outputs.len();
        if outputs.len() != expected {
            return Err(Error::Outputs { given: outputs.len(), expected });
        }
        let mut values = self.graph.outputs.iter().copied().zip(outputs).collect();
        self.read(&mut values, expected).await
    }

    /// A run of a network that remembers. Its first inputs are given; the others, which are as many as its last outputs, are
    /// what the run before left, all zeros before the first one. Returns the first outputs, and what the last ones leave for the
    /// next run: they stay on the device.
    ///
    /// # Errors
    /// As [`Plan::run`]; [`Error::Inputs`] where `kept` is of another plan.
    pub async fn run_keeping(&self, inputs: Vec<Held>, kept: Kept) -> Result<(Vec<Output>, Kept), Error> {
        let given = inputs.len().min(self.graph.inputs.len());
        let remembered = &self.graph.inputs[given..];
        let count = kept.0.len();
        if count != 0 && count != remembered.len() || remembered.len() > self.graph.outputs.len() {
            return Err(Error::Inputs { given: given + count, expected: self.graph.inputs.len() });
        }
        let mut values = BTreeMap::new();
        for (index, (held, &id)) in inputs.into_iter().zip(&self.graph.inputs).enumerate() {
            values.insert(id, self.input(index, held)?);
        }
        let mut kept = kept.0.into_iter();
        for &id in remembered {
            let zeros = || Held::zeros(self.graph.kind(id), self.graph.shape(id));
            values.insert(id, kept.next().unwrap_or_else(zeros));
        }
        self.compute(&mut values).await?;
        let (told, left) = self.graph.outputs.split_at(self.graph.outputs.len() - remembered.len());
        let left = left.iter().map(|&id| self.value(&values, id)).collect::<Result<_, _>>()?;
        Ok((self.read(&mut values, told.len()).await?, Kept(left)))
    }

    async fn compute(&self, values: &mut BTreeMap<ValueId, Held>) -> Result<(), Error> {
        #[cfg(not(target_arch = "wasm32"))]
        if self.on_host().count() == self.steps.len() && !values.values().any(Held::is_on_gpu) {
            return threads::among(|| self.compute_on_host(values));
        }
        self.compute_watched(values, &mut |_| ()).await
    }

    /// All steps, none of which has to be awaited.
    #[cfg(not(target_arch = "wasm32"))]
    fn compute_on_host(&self, values: &mut BTreeMap<ValueId, Held>) -> Result<(), Error> {
        for step in &self.steps {
            let mut operands = vec![];
            for id in step.operands() {
                match self.value(values, id)? {
                    Held::Host(tensor) => operands.push(tensor),
                    #[cfg(feature = "webgpu")]
                    Held::Gpu(_) => return Err(Error::Device("a value lies on another device".to_owned())),
                }
            }
            let made = self.step_on_host(step, operands, values)?;
            values.insert(step.node.output, made);
        }
        Ok(())
    }

    async fn compute_watched(
        &self,
        values: &mut BTreeMap<ValueId, Held>,
        watch: &mut dyn FnMut(Done<'_>),
    ) -> Result<(), Error> {
        for step in &self.steps {
            let made = self.step(step, values).await?;
            values.insert(step.node.output, made);
            watch(Done::new(&step.node, &self.graph));
        }
        Ok(())
    }

    /// Brings the first outputs to the host.
    async fn read(&self, values: &mut BTreeMap<ValueId, Held>, count: usize) -> Result<Vec<Output>, Error> {
        let read = &self.graph.outputs[..count];
        #[cfg(feature = "webgpu")]
        self.bring(values, read).await?;
        let mut outputs = vec![];
        for &id in read {
            let value = self.value(values, id)?;
            let tensor = self.to_host(value, id).await?;
            let data = match self.graph.outputs.iter().filter(|&&other| other == id).count() {
                1 => {
                    values.remove(&id);
                    Arc::try_unwrap(tensor).map_or_else(|shared| shared.data.clone(), |tensor| tensor.data)
                }
                _ => tensor.data.clone(),
            };
            outputs.push(self.output(id, data));
        }
        Ok(outputs)
    }

    /// Brings those of these values that are on the GPU to the host, all in one wait.
    #[cfg(feature = "webgpu")]
    async fn bring(&self, values: &mut BTreeMap<ValueId, Held>, ids: &[ValueId]) -> Result<(), Error> {
        let far = |&id: &ValueId| match values.get(&id) {
            Some(Held::Gpu(tensor)) => Some((id, (tensor.clone(), self.graph.kind(id)))),
            _ => None,
        };
        let (ids, tensors): (Vec<_>, Vec<_>) = ids.iter().filter_map(far).unzip();
        for (id, data) in ids.into_iter().zip(crate::gpu::to_host(&tensors).await?) {
            let shape = self.graph.shape(id).to_vec();
            values.insert(id, Held::Host(Arc::new(HostTensor { shape, data })));
        }
        Ok(())
    }

    fn output(&self, id: ValueId, mut data: Data) -> Output {
        let value = self.graph.value(id);
        let mut shape = value.shape.clone();
        if let (true, Data::I64(rows), &[_, width]) = (self.ragged.contains(&id), &mut data, &shape[..]) {
            let used = rows.chunks(width.max(1)).position(|row| row.first() == Some(&-1));
            if let Some(used) = used {
                rows.truncate(used * width);
                shape[0] = used;
            }
        }
        Output { name: value.name.clone(), kind: value.kind, shape, data }
    }

    async fn step(&self, step: &Step, values: &mut BTreeMap<ValueId, Held>) -> Result<Held, Error> {
        match &step.place {
            Place::Host => {
                let mut operands = vec![];
                for id in step.operands() {
                    let value = self.value(values, id)?;
                    operands.push(self.to_host(value, id).await?);
                }
                self.step_on_host(step, operands, values)
            }
            #[cfg(feature = "webgpu")]
            Place::Gpu(kernel) => {
                let mut operands = vec![];
                for &id in kernel.operands() {
                    operands.push(self.to_gpu(self.value(values, id)?)?);
                }
                let shared = kernel.shares().iter().find_map(|id| values.get(id)?.on_gpu().cloned());
                step.finished.iter().for_each(|id| drop(values.remove(id)));
                Ok(Held::Gpu(kernel.run(operands, shared)))
            }
        }
    }

    fn step_on_host(
        &self,
        Step { node, conv, finished, .. }: &Step,
        operands: Vec<Arc<HostTensor>>,
        values: &mut BTreeMap<ValueId, Held>,
    ) -> Result<Held, Error> {
        finished.iter().for_each(|id| drop(values.remove(id)));
        let output = self.graph.value(node.output);
        let data = cpu::compute(&node.op, conv.as_ref(), operands, output.kind, &output.shape)
            .map_err(|cause| vitrine_graph::Error::node(&node.name, cause))?;
        Ok(Held::Host(Arc::new(HostTensor { shape: output.shape.clone(), data })))
    }

    /// All inputs; one that is not given is empty.
    fn start(&self, mut inputs: Vec<Data>) -> Result<BTreeMap<ValueId, Held>, Error> {
        let expected = self.graph.inputs.len();
        if inputs.len() > expected {
            return Err(Error::Inputs { given: inputs.len(), expected });
        }
        inputs.resize(expected, Data::F32(vec![]));
        self.given(inputs)
    }

    /// The first inputs.
    fn given(&self, inputs: Vec<Data>) -> Result<BTreeMap<ValueId, Held>, Error> {
        let mut values = BTreeMap::new();
        for (index, (data, &id)) in inputs.into_iter().zip(&self.graph.inputs).enumerate() {
            values.insert(id, self.host_input(index, data)?);
        }
        Ok(values)
    }

    fn host_input(&self, index: usize, data: Data) -> Result<Held, Error> {
        let value = self.graph.value(self.graph.inputs[index]);
        let expected = value.shape.iter().product();
        if data.len() != expected {
            return Err(Error::Input { index, given: data.len(), expected });
        }
        if data.f32s().is_some() != (value.kind == Kind::F32) {
            return Err(Error::InputKind { index });
        }
        Ok(Held::Host(Arc::new(HostTensor { shape: value.shape.clone(), data })))
    }

    /// A value as an input, if it has the input's size.
    fn input(&self, index: usize, held: Held) -> Result<Held, Error> {
        match held {
            Held::Host(tensor) => {
                let data =
                    Arc::try_unwrap(tensor).map_or_else(|shared| shared.data.clone(), |tensor| tensor.data);
                self.host_input(index, data)
            }
            #[cfg(feature = "webgpu")]
            Held::Gpu(tensor) => {
                let expected = self.graph.shape(self.graph.inputs[index]).iter().product();
                match tensor.len() {
                    given if given == expected => Ok(Held::Gpu(tensor)),
                    given => Err(Error::Input { index, given, expected }),
                }
            }
        }
    }

    fn value(&self, values: &BTreeMap<ValueId, Held>, id: ValueId) -> Result<Held, Error> {
        let value = values.get(&id).or_else(|| self.constants.get(&id));
        value
            .cloned()
            .ok_or_else(|| vitrine_graph::Error::node("run", "a value is read before it is made").into())
    }

    #[cfg_attr(
        not(feature = "webgpu"),
        allow(clippy::unused_async, unused_variables, reason = "a GPU is awaited")
    )]
    async fn to_host(&self, value: Held, id: ValueId) -> Result<Arc<HostTensor>, Error> {
        match value {
            Held::Host(tensor) => Ok(tensor),
            #[cfg(feature = "webgpu")]
            Held::Gpu(tensor) => {
                let value = self.graph.value(id);
                let data = crate::gpu::to_host(&[(tensor, value.kind)]).await?.pop();
                let data = data.ok_or_else(|| Error::Device("a value did not come back".to_owned()))?;
                Ok(Arc::new(HostTensor { shape: value.shape.clone(), data }))
            }
        }
    }

    #[cfg(feature = "webgpu")]
    fn to_gpu(&self, value: Held) -> Result<crate::gpu::Tensor, Error> {
        match value {
            Held::Gpu(tensor) => Ok(tensor),
            Held::Host(tensor) => crate::gpu::from_host(&tensor.data, &self.device),
        }
    }
}
