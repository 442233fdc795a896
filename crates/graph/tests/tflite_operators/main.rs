//! Reading single operators of TFLite files. Expected values are hand counts, or examples of TensorFlow's documentation.

mod writer;

use vitrine_graph::{Data, Error, Kind, Known, Options, read, read_with};
use writer::Field::{Byte, Int};
use writer::{BOOL, FLOAT16, FLOAT32, File, INT8, INT32, Table, UINT8, flex_map, gives_reals, run};

const SAME: u8 = 0;
const VALID: u8 = 1;
const RELU: u8 = 1;

/// Numbers of `BuiltinOperator`.
mod code {
    pub const ADD: u8 = 0;
    pub const AVERAGE_POOL_2D: u8 = 1;
    pub const CONV_2D: u8 = 3;
    pub const DEPTHWISE_CONV_2D: u8 = 4;
    pub const DEPTH_TO_SPACE: u8 = 5;
    pub const DEQUANTIZE: u8 = 6;
    pub const FULLY_CONNECTED: u8 = 9;
    pub const MUL: u8 = 18;
    pub const RELU: u8 = 19;
    pub const RESHAPE: u8 = 22;
    pub const SPACE_TO_DEPTH: u8 = 26;
    pub const CUSTOM: u8 = 32;
    pub const BATCH_TO_SPACE_ND: u8 = 37;
    pub const SPACE_TO_BATCH_ND: u8 = 38;
    pub const STRIDED_SLICE: u8 = 45;
    pub const TOPK_V2: u8 = 48;
    pub const SPLIT: u8 = 49;
    pub const CAST: u8 = 53;
    pub const TRANSPOSE_CONV: u8 = 67;
    pub const TILE: u8 = 69;
    pub const SHAPE: u8 = 77;
    pub const ONE_HOT: u8 = 85;
    pub const UNPACK: u8 = 88;
    pub const FLOOR_DIV: u8 = 90;
    pub const RESIZE_NEAREST_NEIGHBOR: u8 = 97;
    pub const WHILE: u8 = 119;
    pub const NON_MAX_SUPPRESSION_V4: u8 = 120;
    pub const SCATTER_ND: u8 = 122;
}

fn reals(numbers: &[f32]) -> Data {
    Data::F32(numbers.to_vec())
}

/// A file with one operator that reads one map, and constants behind it.
fn one(code: u8, options: Table, shape: &[i32], constants: impl FnOnce(&mut File) -> Vec<i32>) -> File {
    let mut file = File::default();
    let x = file.input(FLOAT32, shape);
    let operands = [vec![x], constants(&mut file)].concat();
    let y = file.output(FLOAT32);
    file.operator(code, "", options, &operands, &[y]);
    file
}

/// What [`one`] gives for 1, 2, 3...
fn counted(
    code: u8,
    options: Table,
    shape: &[i32],
    constants: impl FnOnce(&mut File) -> Vec<i32>,
) -> (Vec<usize>, Data) {
    let file = one(code, options, shape, constants);
    let count = shape.iter().product::<i32>();
    file.run(&[Data::F32((1..=count).map(|number| number as f32).collect())]).remove(0)
}

#[test]
fn weights_of_a_convolution_are_output_channels_first() {
    // Two output channels: the difference of neighbours, and a third of their sum, below 0 cut off.
    let options = vec![(0, Byte(VALID)), (1, Int(1)), (2, Int(1)), (3, Byte(RELU))];
    let y = counted(code::CONV_2D, options, &[1, 1, 3, 1], |file| {
        vec![file.reals(&[2, 1, 2, 1], &[1.0, -1.0, 1.0, 1.0]), file.reals(&[2], &[0.5, 0.25])]
    });
    assert_eq!(y, (vec![1, 1, 2, 2], reals(&[0.0, 3.25, 0.0, 5.25])));
}

#[test]
fn depthwise_weights_are_in_the_order_of_the_output() {
    // Each of two channels is multiplied by two numbers; no bias.
    let options = vec![(0, Byte(SAME)), (1, Int(1)), (2, Int(1)), (3, Int(2))];
    let y = counted(code::DEPTHWISE_CONV_2D, options, &[1, 1, 1, 2], |file| {
        vec![file.reals(&[1, 1, 1, 4], &[1.0, 10.0, 100.0, 1000.0])]
    });
    assert_eq!(y, (vec![1, 1, 1, 4], reals(&[1.0, 10.0, 200.0, 2000.0])));
}

/// One output for all, whose size the first operand gives.
fn transposed(padding: u8, columns: i32) -> Vec<(Vec<usize>, Data)> {
    let mut file = File::default();
    let size = file.ints(&[4], &[1, 1, columns, 1]);
    let weight = file.reals(&[1, 1, 3, 1], &[1.0, 10.0, 100.0]);
    let (x, y) = (file.input(FLOAT32, &[1, 1, 2, 1]), file.output(FLOAT32));
    let options = vec![(0, Byte(padding)), (1, Int(2)), (2, Int(1))];
    file.operator(code::TRANSPOSE_CONV, "", options, &[size, weight, x], &[y]);
    file.run(&[reals(&[1.0, 2.0])])
}

#[test]
fn a_transposed_convolution_spreads_each_sample() {
    assert_eq!(transposed(VALID, 5), [(vec![1, 1, 5, 1], reals(&[1.0, 10.0, 102.0, 20.0, 200.0]))]);
    // SAME cuts (2 - 1) * 2 + 3 - 4 = 1 element off, behind.
    assert_eq!(transposed(SAME, 4), [(vec![1, 1, 4, 1], reals(&[1.0, 10.0, 102.0, 20.0]))]);
}

#[test]
fn mediapipes_transposed_convolution_is_read() {
    let mut file = File::default();
    let x = file.input(FLOAT32, &[1, 1, 2, 1]);
    let (weight, bias) = (file.reals(&[1, 1, 2, 1], &[1.0, 10.0]), file.reals(&[1], &[0.5]));
    let y = file.output(FLOAT32);
    // SAME (1), 3 along x, 1 along y.
    let options = [1_i32, 3, 1].iter().flat_map(|number| number.to_le_bytes()).collect();
    file.custom("Convolution2DTransposeBias", options, &[x, weight, bias], &[y]);
    let expected = (vec![1, 1, 5, 1], reals(&[1.5, 10.5, 0.5, 2.5, 20.5]));
    assert_eq!(file.run(&[reals(&[1.0, 2.0])]), [expected]);
}

#[test]
fn padding_does_not_count_in_a_mean() {
    let options = vec![(0, Byte(SAME)), (1, Int(1)), (2, Int(1)), (3, Int(2)), (4, Int(1))];
    let y = counted(code::AVERAGE_POOL_2D, options, &[1, 1, 3, 1], |_| vec![]);
    assert_eq!(y, (vec![1, 1, 3, 1], reals(&[1.5, 2.5, 3.0])));
}

#[test]
fn a_fully_connected_layer_merges_axes_unless_they_are_kept() {
    let weights = |file: &mut File| vec![file.reals(&[1, 2], &[1.0, 10.0]), file.reals(&[1], &[0.5])];
    let merged = counted(code::FULLY_CONNECTED, vec![], &[2, 1, 2], weights);
    assert_eq!(merged, (vec![2, 1], reals(&[21.5, 43.5])));
    let kept = counted(code::FULLY_CONNECTED, vec![(2, Byte(1))], &[2, 1, 2], weights);
    assert_eq!(kept, (vec![2, 1, 1], reals(&[21.5, 43.5])));
}

/// The examples of tf.nn.depth_to_space and tf.space_to_batch_nd.
#[test]
fn blocks_move_as_in_tensorflows_documentation() {
    let square = (vec![1, 2, 2, 1], reals(&[1.0, 2.0, 3.0, 4.0]));
    let block = || vec![(0, Int(2))];
    assert_eq!(counted(code::DEPTH_TO_SPACE, block(), &[1, 1, 1, 4], |_| vec![]), square);
    let deep = counted(code::SPACE_TO_DEPTH, block(), &[1, 2, 2, 1], |_| vec![]);
    assert_eq!(deep, (vec![1, 1, 1, 4], square.1.clone()));
    let blocks = |file: &mut File| vec![file.ints(&[2], &[2, 2]), file.ints(&[2, 2], &[0; 4])];
    let batches = counted(code::SPACE_TO_BATCH_ND, vec![], &[1, 2, 2, 1], blocks);
    assert_eq!(batches, (vec![4, 1, 1, 1], square.1.clone()));
    assert_eq!(counted(code::BATCH_TO_SPACE_ND, vec![], &[4, 1, 1, 1], blocks), square);
}

/// NumPy: `x[1, ..., None, ::-1]` and `x[-1:, 1]` of the numbers 1 to 12 in `[2, 2, 3]`.
#[test]
fn a_strided_slice_is_numpys() {
    let numbers =
        |file: &mut File, rows: [&[i32]; 3]| rows.map(|row| file.ints(&[row.len() as i32], row)).to_vec();
    let masks = vec![(0, Int(8)), (1, Int(8)), (2, Int(2)), (3, Int(4)), (4, Int(1))];
    let first = counted(code::STRIDED_SLICE, masks, &[2, 2, 3], |file| {
        numbers(file, [&[1, 0, 0, 0], &[2, 0, 0, 0], &[1, 1, 1, -1]])
    });
    assert_eq!(first, (vec![2, 1, 3], reals(&[9.0, 8.0, 7.0, 12.0, 11.0, 10.0])));
    let second = counted(code::STRIDED_SLICE, vec![(1, Int(1)), (4, Int(2))], &[2, 2, 3], |file| {
        numbers(file, [&[-1, 1], &[0, 2], &[1, 1]])
    });
    assert_eq!(second, (vec![1, 3], reals(&[10.0, 11.0, 12.0])));
}

#[test]
fn a_tile_repeats_whole_axes() {
    let y = counted(code::TILE, vec![], &[2, 1], |file| vec![file.ints(&[2], &[2, 2])]);
    assert_eq!(y, (vec![4, 2], reals(&[1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0])));
}

#[test]
fn the_nearest_neighbour_is_the_sample_below_or_the_one_at_the_centre() {
    let to_three = |options: Table| {
        counted(code::RESIZE_NEAREST_NEIGHBOR, options, &[1, 1, 5, 1], |file| vec![file.ints(&[2], &[1, 3])])
    };
    // floor(i * 5 / 3), and floor((i + 0.5) * 5 / 3).
    assert_eq!(to_three(vec![]).1, reals(&[1.0, 2.0, 4.0]));
    assert_eq!(to_three(vec![(1, Byte(1))]).1, reals(&[1.0, 3.0, 5.0]));
}

#[test]
fn outputs_are_in_the_files_order() {
    let mut file = File::default();
    let (axis, x) = (file.ints(&[], &[-1]), file.input(FLOAT32, &[1, 4]));
    let halves = [file.output(FLOAT32), file.output(FLOAT32)];
    file.operator(code::SPLIT, "", vec![(0, Int(2))], &[axis, x], &halves);
    let parts: Vec<i32> = (0..4).map(|_| file.output(FLOAT32)).collect();
    file.operator(code::UNPACK, "", vec![(0, Int(4)), (1, Int(1))], &[x], &parts);
    let (count, best) = (file.ints(&[], &[2]), [file.output(FLOAT32), file.output(INT32)]);
    file.operator(code::TOPK_V2, "", vec![], &[x, count], &best);
    let data: Vec<Data> =
        file.run(&[reals(&[5.0, 7.0, 6.0, 8.0])]).into_iter().map(|(_, data)| data).collect();
    assert_eq!(data[..2], [reals(&[5.0, 7.0]), reals(&[6.0, 8.0])]);
    assert_eq!(data[2..6], [5.0, 7.0, 6.0, 8.0].map(|number| reals(&[number])));
    assert_eq!(data[6..], [reals(&[8.0, 7.0]), Data::I64(vec![3, 1])]);
}

#[test]
fn a_suppression_gives_places_and_their_number() {
    let mut file = File::default();
    // The second box is most of the first one.
    let boxes = file.reals(&[3, 4], &[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.9, 2.0, 2.0, 3.0, 3.0]);
    let (scores, most) = (file.input(FLOAT32, &[3]), file.ints(&[], &[3]));
    let (overlap, least) = (file.reals(&[], &[0.5]), file.reals(&[], &[0.1]));
    let outputs = [file.output(INT32), file.output(INT32)];
    file.operator(code::NON_MAX_SUPPRESSION_V4, "", vec![], &[boxes, scores, most, overlap, least], &outputs);
    let y = file.run(&[reals(&[0.6, 0.7, 0.9])]);
    assert_eq!(y, [(vec![3], Data::I64(vec![2, 1, 0])), (vec![], Data::I64(vec![2]))]);
}

/// Three anchors, the first two of which are one box; three classes, the first of which is the background.
#[test]
fn a_detectors_boxes_are_decoded_and_sorted_out() {
    let mut file = File::default();
    let (codes, scores) = (file.reals(&[1, 3, 4], &[0.0; 12]), file.input(FLOAT32, &[1, 3, 3]));
    let anchors = file.reals(&[3, 4], &[0.5, 0.5, 1.0, 1.0, 0.5, 0.5, 1.0, 1.0, 2.0, 2.0, 1.0, 1.0]);
    let outputs = [(); 4].map(|()| file.output(FLOAT32));
    let options = [
        ("h_scale", 5.0),
        ("max_classes_per_detection", 1.0),
        ("max_detections", 3.0),
        ("nms_iou_threshold", 0.5),
        ("nms_score_threshold", 0.1),
        ("num_classes", 2.0),
        ("w_scale", 5.0),
        ("x_scale", 10.0),
        ("y_scale", 10.0),
    ];
    let options = flex_map(&options);
    file.custom("TFLite_Detection_PostProcess", options, &[codes, scores, anchors], &outputs);
    let y = file.run(&[reals(&[0.9, 0.25, 0.75, 0.0, 0.5, 0.125, 0.0, 0.25, 0.625])]);
    let data: Vec<Data> = y.into_iter().map(|(_, data)| data).collect();
    assert_eq!(data[0], reals(&[0.0, 0.0, 1.0, 1.0, 1.5, 1.5, 2.5, 2.5, 0.0, 0.0, 0.0, 0.0]));
    assert_eq!(data[1..], [reals(&[1.0, 1.0, 0.0]), reals(&[0.75, 0.625, 0.0]), reals(&[2.0])]);
}

#[test]
fn what_follows_from_constants_is_known_at_load() {
    let mut file = File::default();
    let (a, b) = (file.ints(&[4], &[7, -7, 7, -8]), file.ints(&[4], &[2, 2, -2, 4]));
    let quotient = file.output(INT32);
    file.operator(code::FLOOR_DIV, "", vec![], &[a, b], &[quotient]);
    let (indices, depth) = (file.ints(&[2], &[1, -1]), file.ints(&[], &[2]));
    let (on, off, hot) = (file.reals(&[], &[5.0]), file.reals(&[], &[0.0]), file.output(FLOAT32));
    file.operator(code::ONE_HOT, "", vec![(0, Int(-1))], &[indices, depth, on, off], &[hot]);
    let (places, shape) = (file.ints(&[3, 1], &[1, 0, 1]), file.ints(&[1], &[3]));
    let (updates, sums) = (file.reals(&[3], &[1.0, 2.0, 4.0]), file.output(FLOAT32));
    file.operator(code::SCATTER_ND, "", vec![], &[places, updates, shape], &[sums]);
    assert!(file.graph().nodes.is_empty());
    let data: Vec<Data> = file.run(&[]).into_iter().map(|(_, data)| data).collect();
    let expected = [Data::I64(vec![3, -4, -4, -2]), reals(&[0.0, 5.0, 0.0, 0.0]), reals(&[2.0, 5.0, 0.0])];
    assert_eq!(data, expected);
}

#[test]
fn eight_bits_with_a_scale_are_real_numbers_and_without_one_whole_numbers() {
    let mut file = File::default();
    let (x, whole) = (file.input(INT8, &[2]), file.input(UINT8, &[2]));
    file.quantise(x, 0.5, 3);
    let (real, number) = (file.output(INT8), file.output(FLOAT32));
    file.quantise(real, 0.25, 0);
    let weight = file.constant(INT8, &[2], vec![4, 254]);
    file.quantise(weight, 0.125, 0);
    file.operator(code::MUL, "", vec![], &[x, weight], &[real]);
    file.operator(code::CAST, "", vec![], &[whole], &[number]);
    let graph = file.graph();
    assert_eq!([0, 1].map(|index| graph.kind(graph.inputs[index])), [Kind::F32, Kind::I64]);
    assert!(gives_reals(&graph));
    let y = run(&graph, &[reals(&[3.0, 4.0]), Data::I64(vec![200, 7])]);
    assert_eq!([&y[0].1, &y[1].1], [&reals(&[1.5, -1.0]), &reals(&[200.0, 7.0])]);
}

#[test]
fn a_cast_reads_the_eight_bits_themselves() {
    let mut file = File::default();
    let (x, y) = (file.input(UINT8, &[2]), file.output(FLOAT32));
    file.quantise(x, 0.5, 100);
    file.operator(code::CAST, "", vec![], &[x], &[y]);
    // -50 stands for 0, 77.5 for 255.
    assert_eq!(file.run(&[reals(&[-50.0, 77.5])])[0].1, reals(&[0.0, 255.0]));
}

#[test]
fn an_eight_bit_range_that_starts_at_zero_is_a_relu() {
    let mut file = File::default();
    let (x, weight) = (file.input(UINT8, &[1, 1, 2, 1]), file.constant(UINT8, &[1, 1, 1, 1], vec![2]));
    let (bias, y) = (file.ints(&[1], &[0]), file.output(UINT8));
    for (tensor, scale, zero) in [(x, 0.1, 128), (weight, 1.0, 0), (bias, 0.1, 0), (y, 6.0 / 255.0, 0)] {
        file.quantise(tensor, scale, zero);
    }
    let options = vec![(0, Byte(VALID)), (1, Int(1)), (2, Int(1))];
    file.operator(code::CONV_2D, "", options, &[x, weight, bias], &[y]);
    assert_eq!(file.run(&[reals(&[-1.0, 5.0])])[0].1, reals(&[0.0, 6.0]));
}

#[test]
fn weights_in_half_precision_are_expanded_at_load() {
    let mut file = File::default();
    let (x, half) = (file.input(FLOAT32, &[2]), file.constant(FLOAT16, &[2], vec![0x00, 0x3c, 0x00, 0xc1]));
    let (weight, y) = (file.value(FLOAT32), file.output(FLOAT32));
    file.operator(code::DEQUANTIZE, "", vec![], &[half], &[weight]);
    file.operator(code::ADD, "", vec![(0, Byte(RELU))], &[x, weight], &[y]);
    assert_eq!(file.graph().nodes.len(), 1);
    assert_eq!(file.run(&[reals(&[1.0, 2.0])])[0].1, reals(&[2.0, 0.0]));
}

#[test]
fn all_missing_operators_are_listed_with_node_and_output() {
    let mut file = File::default();
    let x = file.input(FLOAT32, &[1]);
    let (a, b, c) = (file.value(FLOAT32), file.value(FLOAT32), file.output(FLOAT32));
    file.operator(code::WHILE, "", vec![], &[x], &[a]);
    file.operator(code::RELU, "", vec![], &[a], &[b]);
    file.operator(code::CUSTOM, "Mystery", vec![], &[b], &[c]);
    let message = read(&file.bytes()).unwrap_err().to_string();
    assert_eq!(
        message,
        "unsupported: WHILE (node 0, output \"tensor 1\"); custom operator Mystery (node 2, output \"tensor 3\")"
    );
}

/// A network that flattens its map by a shape that it computes.
fn flattening() -> File {
    let mut file = File::default();
    let x = file.input(FLOAT32, &[-1, 2, 3]);
    let (shape, y) = (file.value(INT32), file.output(FLOAT32));
    file.operator(code::SHAPE, "", vec![(0, Byte(INT32))], &[x], &[shape]);
    let begin_end_step = [[0], [1], [1]].map(|number| file.ints(&[1], &number));
    let (batch, rest, target) = (file.value(INT32), file.ints(&[1], &[-1]), file.value(INT32));
    let operands = [&[shape], &begin_end_step[..]].concat();
    file.operator(code::STRIDED_SLICE, "", vec![], &operands, &[batch]);
    file.operator(2, "", vec![(0, Int(0))], &[batch, rest], &[target]);
    file.operator(code::RESHAPE, "", vec![], &[x, target], &[y]);
    file
}

#[test]
fn a_free_size_is_one_or_the_one_that_is_given() {
    let file = flattening();
    let graph = file.graph();
    assert_eq!((graph.shape(graph.inputs[0]), graph.shape(graph.outputs[0])), (&[1, 2, 3][..], &[1, 6][..]));
    let mut options = Options::default();
    options.shapes.insert("tensor 0".to_owned(), vec![4, 2, 3]);
    let graph = read_with(&file.bytes(), &options).unwrap();
    assert_eq!(graph.shape(graph.outputs[0]), [4, 6]);
}

#[test]
fn a_shape_that_is_an_input_has_to_be_given() {
    let mut file = File::default();
    let (x, shape, y) = (file.input(FLOAT32, &[6]), file.input(INT32, &[2]), file.output(FLOAT32));
    file.operator(code::RESHAPE, "", vec![], &[x, shape], &[y]);
    let needs = Error::NeedsInput { node: "RESHAPE #0".to_owned(), input: "tensor 1".to_owned() };
    assert_eq!(read(&file.bytes()), Err(needs));
    let known = Known { kind: Kind::I64, shape: vec![2], data: Data::I64(vec![2, -1]) };
    let mut options = Options::default();
    options.known.insert("tensor 1".to_owned(), known);
    let graph = read_with(&file.bytes(), &options).unwrap();
    assert_eq!((graph.inputs.len(), graph.shape(graph.outputs[0])), (1, &[2, 3][..]));
}

#[test]
fn a_file_that_contradicts_itself_is_refused() {
    let mut file = one(code::RELU, vec![], &[2], |_| vec![]);
    let y = file.value(BOOL);
    file.operator(code::RELU, "", vec![], &[0], &[y]);
    let message = read(&file.bytes()).unwrap_err().to_string();
    assert!(message.contains("real numbers where the file says that they are whole"), "{message}");
    let mut file = one(code::RELU, vec![], &[2], |_| vec![]);
    file.operator(code::RELU, "", vec![], &[0], &[1]);
    let message = read(&file.bytes()).unwrap_err().to_string();
    assert!(message.contains("made twice"), "{message}");
    let file = one(code::ADD, vec![], &[2], |_| vec![77]);
    assert_eq!(read(&file.bytes()), Err(Error::Corrupt { what: "tensor number", at: 77 }));
}
