//! Writes a graph operator by operator. Batch norms are folded into the convolutions before them.

use super::proto::{
    Attribute, FLOAT, FLOAT16, GraphProto, IR_VERSION, Model, Node, OPSET, OperatorSet, TensorProto,
    ValueInfo,
};
use burn::nn::conv::{Conv2d, Conv3d, ConvTranspose2d};
use burn::nn::{BatchNorm, Linear, PRelu, PaddingConfig2d, PaddingConfig3d};
use burn::tensor::Tensor;
use prost::Message;

/// How weights are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// As they were trained.
    Single,
    /// Kernels in 16 bits, each with a `Cast` behind it: half the file, the same arithmetic. Biases stay.
    Half,
}

/// A graph in the making.
#[derive(Debug)]
pub struct Graph {
    nodes: Vec<Node>,
    initializers: Vec<TensorProto>,
    precision: Precision,
    size: [usize; 2],
    values: usize,
    pooled: Option<String>,
}

impl Graph {
    /// Nothing yet; pictures will have `size` rows and columns.
    pub fn new(precision: Precision, size: [usize; 2]) -> Self {
        Self { nodes: Vec::new(), initializers: Vec::new(), precision, size, values: 0, pooled: None }
    }

    /// Rows and columns of pictures.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// Adds a number to each channel of a map.
    pub fn shift(&mut self, x: &str, offsets: &[f32]) -> String {
        let offsets = self.reals(offsets, &[offsets.len(), 1, 1]);
        self.node("Add", &[x, &offsets], Vec::new())
    }

    /// Name of the map whose mean was taken last, if one was.
    pub fn pooled(&self) -> Option<&str> {
        self.pooled.as_deref()
    }

    /// The file, with one input and one output.
    pub fn into_bytes(self, input: (&str, &[usize]), output: (&str, &[usize])) -> Vec<u8> {
        let graph = GraphProto {
            nodes: self.nodes,
            name: "vitrine".to_owned(),
            initializers: self.initializers,
            inputs: vec![ValueInfo::reals(input.0, input.1)],
            outputs: vec![ValueInfo::reals(output.0, output.1)],
        };
        let opsets = vec![OperatorSet { domain: String::new(), version: OPSET }];
        Model { ir_version: IR_VERSION, producer: "vitrine".to_owned(), graph: Some(graph), opsets }
            .encode_to_vec()
    }

    pub(super) fn node(&mut self, operator: &str, inputs: &[&str], attributes: Vec<Attribute>) -> String {
        self.values += 1;
        let output = format!("{}_{}", operator.to_lowercase(), self.values);
        let inputs = inputs.iter().map(|&input| input.to_owned()).collect();
        let node = Node {
            inputs,
            outputs: vec![output.clone()],
            name: output.clone(),
            operator: operator.to_owned(),
            attributes,
        };
        self.nodes.push(node);
        output
    }

    pub(super) fn reals(&mut self, numbers: &[f32], dims: &[usize]) -> String {
        let raw = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.initializer(FLOAT, dims, raw)
    }

    pub(super) fn initializer(&mut self, data_type: i32, dims: &[usize], raw: Vec<u8>) -> String {
        let name = format!("weight_{}", self.initializers.len());
        let dims = dims.iter().map(|&dim| dim as i64).collect();
        self.initializers.push(TensorProto { dims, data_type, name: name.clone(), raw });
        name
    }

    fn kernel(&mut self, numbers: &[f32], dims: &[usize]) -> String {
        if self.precision == Precision::Single {
            return self.reals(numbers, dims);
        }
        let raw = numbers.iter().flat_map(|&number| half::f16::from_f32(number).to_le_bytes()).collect();
        let half = self.initializer(FLOAT16, dims, raw);
        self.node("Cast", &[&half], vec![Attribute::int("to", FLOAT.into())])
    }

    /// A convolution.
    pub fn conv(&mut self, conv: &Conv2d, x: &str) -> String {
        let bias = conv.bias.as_ref().map(|bias| numbers(bias.val()));
        self.conv_of(conv, numbers(conv.weight.val()), bias, x)
    }

    /// A convolution with the batch norm that follows.
    pub fn conv_norm(&mut self, conv: &Conv2d, norm: &BatchNorm, x: &str) -> String {
        let own = conv.bias.as_ref().map(|bias| numbers(bias.val()));
        let (weight, bias) = folded(numbers(conv.weight.val()), own, norm);
        self.conv_of(conv, weight, Some(bias), x)
    }

    /// A convolution over time and space with the batch norm that follows.
    pub fn conv3d_norm(&mut self, conv: &Conv3d, norm: &BatchNorm, x: &str) -> String {
        let own = conv.bias.as_ref().map(|bias| numbers(bias.val()));
        let (weight, bias) = folded(numbers(conv.weight.val()), own, norm);
        let weight = self.kernel(&weight, &conv.weight.dims());
        let bias = self.reals(&bias, &[bias.len()]);
        let pads = match conv.padding {
            PaddingConfig3d::Explicit(t, h, w) => [t, h, w, t, h, w],
            // `Same` is not used by the networks here.
            PaddingConfig3d::Valid | PaddingConfig3d::Same => [0; 6],
        };
        let attributes = vec![
            Attribute::ints("kernel_shape", &conv.kernel_size),
            Attribute::ints("strides", &conv.stride),
            Attribute::ints("dilations", &conv.dilation),
            Attribute::ints("pads", &pads),
            Attribute::int("group", conv.groups as i64),
        ];
        self.node("Conv", &[x, &weight, &bias], attributes)
    }

    fn conv_of(&mut self, conv: &Conv2d, weight: Vec<f32>, bias: Option<Vec<f32>>, x: &str) -> String {
        let weight = self.kernel(&weight, &conv.weight.dims());
        let bias = bias.map(|bias| self.reals(&bias, &[bias.len()]));
        let pads = match conv.padding {
            PaddingConfig2d::Explicit(top, left, bottom, right) => [top, left, bottom, right],
            // `Same` is not used by the networks here.
            PaddingConfig2d::Valid | PaddingConfig2d::Same => [0; 4],
        };
        let attributes = vec![
            Attribute::ints("kernel_shape", &conv.kernel_size),
            Attribute::ints("strides", &conv.stride),
            Attribute::ints("dilations", &conv.dilation),
            Attribute::ints("pads", &pads),
            Attribute::int("group", conv.groups as i64),
        ];
        let inputs: Vec<&str> = [x, &weight].into_iter().chain(bias.as_deref()).collect();
        self.node("Conv", &inputs, attributes)
    }

    /// A transposed convolution.
    pub fn conv_transpose(&mut self, conv: &ConvTranspose2d, x: &str) -> String {
        let weight = self.kernel(&numbers(conv.weight.val()), &conv.weight.dims());
        let bias = conv.bias.as_ref().map(|bias| {
            let bias = numbers(bias.val());
            self.reals(&bias, &[bias.len()])
        });
        let [vertical, horizontal] = conv.padding;
        let attributes = vec![
            Attribute::ints("kernel_shape", &conv.kernel_size),
            Attribute::ints("strides", &conv.stride),
            Attribute::ints("pads", &[vertical, horizontal, vertical, horizontal]),
            Attribute::int("group", conv.groups as i64),
        ];
        let inputs: Vec<&str> = [x, &weight].into_iter().chain(bias.as_deref()).collect();
        self.node("ConvTranspose", &inputs, attributes)
    }

    /// `max(x, 0)`
    pub fn relu(&mut self, x: &str) -> String {
        self.node("Relu", &[x], Vec::new())
    }

    /// The sum of two maps of one shape.
    pub fn add(&mut self, a: &str, b: &str) -> String {
        self.node("Add", &[a, b], Vec::new())
    }

    /// The mean of a whole map: `[1, c, h, w]` -> `[1, c, 1, 1]`.
    pub fn global_mean(&mut self, x: &str) -> String {
        self.pooled = Some(x.to_owned());
        self.node("GlobalAveragePool", &[x], Vec::new())
    }

    /// A linear layer at each pixel: a 1 x 1 convolution.
    pub fn pointwise(&mut self, linear: &Linear, x: &str) -> String {
        self.point_head(linear, x, 2)
    }

    /// A linear layer at each place of a map with so many `axes` of space and time.
    pub fn point_head(&mut self, linear: &Linear, x: &str, axes: usize) -> String {
        let [inside, outside] = linear.weight.dims();
        // `[in, out]` -> `[out, in, 1..]`
        let dims = [&[outside, inside], &vec![1; axes][..]].concat();
        let weight = self.kernel(&numbers(linear.weight.val().transpose()), &dims);
        let bias = linear.bias.as_ref().map(|bias| {
            let bias = numbers(bias.val());
            self.reals(&bias, &[bias.len()])
        });
        let inputs: Vec<&str> = [x, &weight].into_iter().chain(bias.as_deref()).collect();
        self.node("Conv", &inputs, vec![Attribute::ints("kernel_shape", &vec![1; axes])])
    }

    /// Channels behind channels.
    pub fn concat(&mut self, parts: &[&str]) -> String {
        self.node("Concat", parts, vec![Attribute::int("axis", 1)])
    }

    /// `1 / (1 + e^-x)`
    pub fn sigmoid(&mut self, x: &str) -> String {
        self.node("Sigmoid", &[x], Vec::new())
    }

    /// The product of two maps; one of them may have a single pixel.
    pub fn multiply(&mut self, a: &str, b: &str) -> String {
        self.node("Mul", &[a, b], Vec::new())
    }

    /// `x` where it is positive, else `x` times a slope for each channel.
    pub fn prelu(&mut self, prelu: &PRelu, x: &str) -> String {
        let slopes = numbers(prelu.alpha.val());
        let slopes = self.reals(&slopes, &[slopes.len(), 1, 1]);
        self.node("PRelu", &[x, &slopes], Vec::new())
    }

    /// A batch norm that no convolution takes in.
    pub fn batch_norm(&mut self, norm: &BatchNorm, x: &str) -> String {
        let Affine { scale, shift } = affine(norm);
        let (scale, shift) =
            (self.reals(&scale, &[scale.len(), 1, 1]), self.reals(&shift, &[shift.len(), 1, 1]));
        let scaled = self.multiply(x, &scale);
        self.add(&scaled, &shift)
    }
}

/// Kernel and bias of a convolution that does what the batch norm behind it does too.
fn folded(mut weight: Vec<f32>, bias: Option<Vec<f32>>, norm: &BatchNorm) -> (Vec<f32>, Vec<f32>) {
    let Affine { scale, shift } = affine(norm);
    let each = weight.len() / scale.len().max(1);
    for (kernel, scale) in weight.chunks_mut(each.max(1)).zip(&scale) {
        kernel.iter_mut().for_each(|number| *number *= scale);
    }
    let own = bias.unwrap_or_else(|| vec![0.0; scale.len()]);
    let bias = own.iter().zip(&scale).zip(&shift).map(|((own, scale), shift)| own * scale + shift);
    (weight, bias.collect())
}

/// A batch norm at rest: `x * scale + shift` for each channel.
struct Affine {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

fn affine(norm: &BatchNorm) -> Affine {
    let (gamma, beta) = (numbers(norm.gamma.val()), numbers(norm.beta.val()));
    let (mean, variance) = (numbers(norm.running_mean.value()), numbers(norm.running_var.value()));
    let scale: Vec<f32> = gamma
        .iter()
        .zip(&variance)
        .map(|(gamma, &variance)| (f64::from(*gamma) / (f64::from(variance) + norm.epsilon).sqrt()) as f32)
        .collect();
    let shift = beta.iter().zip(&mean).zip(&scale).map(|((beta, mean), scale)| beta - mean * scale).collect();
    Affine { scale, shift }
}

/// Row by row. Networks are trained in 32 bits; anything else would be a bug here.
fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
