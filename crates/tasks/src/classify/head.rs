//! The end of a classifier that class activation maps need: global average pooling, then one linear layer.

use vitrine_graph::{Binary, Graph, Node, Op, PoolKind, Reduction, Unary, ValueId};

/// The linear layer's weights for the pack's classes.
pub struct Head {
    /// Channels of the feature map.
    pub channels: usize,
    /// Whether the feature map is `[1, c, h, w]`, not `[1, h, w, c]`.
    pub channels_first: bool,
    /// `[classes, channels]`
    rows: Vec<f32>,
}

impl Head {
    /// `rows`: the weights of each class, `channels` each.
    pub fn new(channels: usize, channels_first: bool, rows: Vec<f32>) -> Self {
        Self { channels, channels_first, rows }
    }

    /// Finds the layer between the feature map and the graph's first output. `columns` are those of the pack's classes.
    ///
    /// # Errors
    /// What about the graph is not made so.
    pub fn find(graph: &Graph, features: ValueId, columns: &[usize]) -> Result<Self, String> {
        let logits = *graph.outputs.first().ok_or("the graph has no output")?;
        let (pooling, channel_axis) = pooling(graph, features)?;
        let linear = next_of(graph, pooling.output, |node| is_movement(&node.op))?;
        let (weights, channels, width) = linear_weights(graph, linear)?;
        let rest = |node: &Node| {
            is_movement(&node.op) || matches!(node.op, Op::Binary(Binary::Add, Unary::Identity))
        };
        let mut last = linear.output;
        while last != logits {
            let node = reader(graph, last)?;
            if !rest(node) {
                return Err(format!("{} follows the linear layer", node.name));
            }
            last = node.output;
        }
        if graph.shape(features).get(channel_axis) != Some(&channels) {
            return Err(format!("the linear layer reads {channels} numbers, not the channels of the map"));
        }
        if columns.iter().any(|&column| column >= width) {
            return Err(format!("the linear layer gives {width} scores"));
        }
        let row = |&column: &usize| (0..channels).map(move |channel| weights[channel * width + column]);
        Ok(Self::new(channels, channel_axis == 1, columns.iter().flat_map(row).collect()))
    }

    /// The weights of a class, one for each channel.
    pub fn weights(&self, class: usize) -> &[f32] {
        &self.rows[class * self.channels..][..self.channels]
    }
}

/// The node that takes the mean of the map's places, and the axis of the map's channels.
fn pooling(graph: &Graph, features: ValueId) -> Result<(&Node, usize), String> {
    let [1, _, _, _] = graph.shape(features) else {
        return Err(format!("the feature map is {:?}", graph.shape(features)));
    };
    let mut node = reader(graph, features)?;
    let mut axes = vec![0, 1, 2, 3];
    while let Op::Transpose(permutation) = &node.op {
        axes = permutation.iter().map(|&axis| axes[axis]).collect();
        node = reader(graph, node.output)?;
    }
    let pooled = graph.shape(node.output);
    let channels = match &node.op {
        Op::Reduce { kind: Reduction::Mean, axes } if axes == &[1, 2] => 3,
        Op::Reduce { kind: Reduction::Mean, axes } if axes == &[2, 3] => 1,
        Op::Pool(pool)
            if matches!(pool.kind, PoolKind::Average { .. }) && pooled.get(1..3) == Some(&[1, 1]) =>
        {
            3
        }
        _ => return Err(format!("{} reads the feature map, not a mean over all of it", node.name)),
    };
    match axes.get(channels) {
        Some(&axis @ (1 | 3)) => Ok((node, axis)),
        _ => Err("the channels of the feature map are neither its second nor its last axis".to_owned()),
    }
}

/// Weights `[channels, columns]` of a 1x1 convolution or a product of matrices, and these two sizes.
fn linear_weights<'a>(graph: &'a Graph, node: &Node) -> Result<(&'a [f32], usize, usize), String> {
    let other = || format!("{} follows the mean, not a linear layer", node.name);
    let linear = match &node.op {
        Op::Conv(conv) => conv.groups == 1 && conv.activation == Unary::Identity,
        Op::MatMul => true,
        _ => false,
    };
    let weight = node.inputs.get(1).filter(|_| linear).copied().ok_or_else(other)?;
    match *graph.shape(weight) {
        [1, 1, channels, columns] | [channels, columns] => {
            let weights = graph.f32s(weight).ok_or_else(other)?;
            Ok((weights, channels, columns))
        }
        _ => Err(other()),
    }
}

/// The first node behind a value that is not passed over.
fn next_of(graph: &Graph, value: ValueId, passed_over: impl Fn(&Node) -> bool) -> Result<&Node, String> {
    let mut node = reader(graph, value)?;
    while passed_over(node) {
        node = reader(graph, node.output)?;
    }
    Ok(node)
}

/// The only node that reads a value.
fn reader(graph: &Graph, value: ValueId) -> Result<&Node, String> {
    let mut readers = graph.nodes.iter().filter(|node| node.inputs.contains(&value));
    match (readers.next(), readers.next()) {
        (Some(node), None) => Ok(node),
        _ => Err(format!("\"{}\" is not read by one operator alone", graph.value(value).name)),
    }
}

/// What leaves the numbers of a pooled map in their order.
fn is_movement(op: &Op) -> bool {
    matches!(op, Op::Reshape | Op::Transpose(_) | Op::Unary(Unary::Identity))
}
