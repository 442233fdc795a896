// Small ONNX files, written here: messages of onnx.proto in protobuf's wire format.

const varint = (value) => {
  const bytes = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left > 0n ? low | 0x80 : low);
  } while (left > 0n);
  return Buffer.from(bytes);
};
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, content) => {
  const body = Buffer.from(content);
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
};
const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

/** `name` is a tensor of real numbers with these sizes. */
const value = (field, name, sizes) =>
  message(
    field,
    bytes(1, name),
    message(2, message(1, number(1, 1), message(2, ...sizes.map((size) => message(1, number(1, size)))))),
  );

/** A constant of real numbers. */
export const constant = (name, sizes, numbers) =>
  message(5, ...sizes.map((size) => number(1, size)), number(2, 1), bytes(8, name), bytes(9, Buffer.from(Float32Array.from(numbers).buffer)));

/** A node; attributes are whole numbers. */
export const node = (operator, inputs, outputs, attributes = {}) =>
  message(
    1,
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, operator),
    ...Object.entries(attributes).map(([name, whole]) => message(5, bytes(1, name), number(3, whole), number(20, 2))),
  );

/** A model file: `inputs` and `outputs` are `[name, sizes]`. */
export function model(parts, inputs, outputs) {
  const graph = message(7, ...parts, bytes(2, 'graph'), ...inputs.map((it) => value(11, ...it)), ...outputs.map((it) => value(12, ...it)));
  return Buffer.concat([number(1, 8), graph, message(8, number(2, 13))]);
}

/**
 * A classifier whose scores are `weights` times the photo's mean colour: `weights` has a row for each class with a number
 * for red, green and blue.
 */
export function meanColourClassifier(weights, side = 32) {
  const nodes = [
    node('GlobalAveragePool', ['image'], ['pooled']),
    node('Flatten', ['pooled'], ['flat'], { axis: 1 }),
    node('Gemm', ['flat', 'weights'], ['logits'], { transB: 1 }),
  ];
  const constants = [constant('weights', [weights.length, 3], weights.flat())];
  return model([...nodes, ...constants], [['image', [1, 3, side, side]]], [['logits', [1, weights.length]]]);
}

/** A segmenter whose scores at a pixel are `weights` times its colour. */
export function colourSegmenter(weights, side = 32) {
  const nodes = [node('Conv', ['image', 'weights'], ['scores'])];
  const constants = [constant('weights', [weights.length, 3, 1, 1], weights.flat())];
  return model([...nodes, ...constants], [['image', [1, 3, side, side]]], [['scores', [1, weights.length, side, side]]]);
}
