"""Makes small networks as people bring them, a photo, and what ONNX Runtime answers about it.

    python3 -m pip install numpy onnx onnxruntime opencv-python pillow torch torchvision
    python3 tests/own/make.py

The weights are random, with a seed. Everything lies beside this file; answers.json has, for each network, what is expected
of it when it is fed as its family's own code feeds it: torchvision's transforms (Pillow), Ultralytics' letterbox (OpenCV).
"""

import json
from pathlib import Path

import cv2
import numpy
import onnx
import onnxruntime
import torch
import torchvision
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw
from torchvision.transforms import v2 as transforms

HERE = Path(__file__).parent
RANDOM = numpy.random.default_rng(8)
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
CONFIDENCE, OVERLAP = 0.3, 0.6


def main():
    photo().save(HERE / "photo.png", optimize=True)
    image = Image.open(HERE / "photo.png").convert("RGB")
    cases = {
        "classifier": classifier(image),
        "segmenter": segmenter(image),
        "labels-grey": labels_grey(image),
        "yolov5": detector(image, "yolov5"),
        "yolov8": detector(image, "yolov8"),
    }
    about = {"onnxruntime": onnxruntime.__version__, "torchvision": torchvision.__version__}
    (HERE / "answers.json").write_text(json.dumps({"made_with": about, **cases}, indent=1) + "\n")


def photo():
    """300 x 260 pixels: blocks and discs of plain colours, with soft edges after scaling."""
    image = Image.new("RGB", (300, 260), (70, 130, 180))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 150, 300, 260), fill=(60, 110, 50))
    draw.rectangle((30, 70, 110, 190), fill=(200, 60, 40))
    draw.ellipse((150, 40, 270, 160), fill=(240, 220, 60))
    draw.rectangle((190, 180, 280, 240), fill=(30, 30, 200))
    return image


class Network:
    """A network that grows node by node."""

    def __init__(self, name, channels, side):
        self.name, self.nodes, self.constants = name, [], []
        self.input = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, channels, side, side])

    def constant(self, values, kind=numpy.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.asarray(values, kind), name))
        return name

    def add(self, operator, *inputs, to=None, **attributes):
        to = to or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [to], **attributes))
        return to

    def conv(self, x, channels, filters, side=3, stride=1, scale=1.0, shift=0.0):
        spread = scale * numpy.sqrt(2 / (channels * side * side))
        weight = self.constant(RANDOM.normal(0, spread, (filters, channels, side, side)))
        bias = self.constant(RANDOM.normal(shift, 0.1, filters))
        pad = side // 2
        return self.add("Conv", x, weight, bias, strides=[stride] * 2, pads=[pad] * 4)

    def finish(self, *outputs):
        shaped = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, self.name, [self.input], shaped, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        model = onnx.shape_inference.infer_shapes(model)
        onnx.checker.check_model(model)
        onnx.save(model, HERE / f"{self.name}.onnx")

    def run(self, tensor, pixels):
        """The tensor, whether it is an output or not, for channels-first pixels."""
        model = onnx.load(HERE / f"{self.name}.onnx")
        model.graph.output.append(helper.make_tensor_value_info(tensor, TensorProto.FLOAT, None))
        if tensor in [it.name for it in model.graph.output[:-1]]:
            del model.graph.output[-1]
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return session.run([tensor], {"image": pixels[None].astype(numpy.float32)})[0]


def classifier(image):
    """Like torchvision's: a stem, a residual block, the mean, a linear layer; Resize(256), CenterCrop(224), Normalize."""
    net = Network("classifier", 3, 224)
    x = net.add("Relu", net.conv("image", 3, 8, side=7, stride=4))
    x = net.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    y = net.conv(net.add("Relu", net.conv(x, 8, 8)), 8, 8)
    x = net.add("Relu", net.add("Add", x, y))
    x = net.add("Relu", net.conv(x, 8, 16, stride=2))
    x = net.add("Flatten", net.add("GlobalAveragePool", x), axis=1)
    weight, bias = net.constant(RANDOM.normal(0, 0.35, (6, 16))), net.constant(RANDOM.normal(0, 0.2, 6))
    net.finish(net.add("Gemm", x, weight, bias, to="logits", transB=1))
    steps = [transforms.Resize(256), transforms.CenterCrop(224), transforms.PILToTensor()]
    steps += [transforms.ToDtype(torch.float32, scale=True), transforms.Normalize(MEAN, STD)]
    logits = net.run("logits", transforms.Compose(steps)(image).numpy())
    return {"probabilities": torch.softmax(torch.from_numpy(logits[0]), 0).tolist()}


def segmenter(image):
    """Scores at a quarter of the rows and columns, enlarged at the end; all of the photo, ImageNet's mean and deviation."""
    net = Network("segmenter", 3, 64)
    x = net.add("Relu", net.conv("image", 3, 8, stride=2))
    x = net.add("Relu", net.conv(x, 8, 12, stride=2))
    scores = net.conv(x, 12, 4, side=1, scale=2.0)
    sizes = net.constant([1, 4, 64, 64], numpy.int64)
    net.finish(
        net.add("Resize", scores, "", "", sizes, to="out", mode="linear", coordinate_transformation_mode="half_pixel")
    )
    squashed = numpy.asarray(image.resize((64, 64), Image.BILINEAR), numpy.float32) / 255
    grid = torch.from_numpy(net.run(scores, ((squashed - MEAN) / STD).transpose(2, 0, 1)))
    size = image.height, image.width
    classes = torch.nn.functional.interpolate(grid, size, mode="bilinear", align_corners=False).argmax(1)
    return {"shares": (torch.bincount(classes.flatten(), minlength=4) / classes.numel()).tolist()}


def labels_grey(image):
    """Several labels at once, of a grey picture of 0..1: a sigmoid for each."""
    net = Network("labels-grey", 1, 48)
    x = net.add("Relu", net.conv("image", 1, 8, stride=2))
    x = net.add("Relu", net.conv(x, 8, 8, stride=2))
    x = net.add("Flatten", net.add("GlobalAveragePool", x), axis=1)
    weight, bias = net.constant(RANDOM.normal(0, 4, (8, 4))), net.constant(RANDOM.normal(0, 1, 4))
    net.finish(net.add("Sigmoid", net.add("Gemm", x, weight, bias), to="labels"))
    grey = image.convert("RGB").resize((48, 48), Image.BILINEAR).convert("L")
    return {"probabilities": net.run("labels", numpy.asarray(grey, numpy.float32)[None] / 255)[0].tolist()}


def detector(image, family):
    """Boxes in pixels of 64 x 64, with three classes: YOLOv5's rows with an object, three a cell, or YOLOv8's columns."""
    side, classes, anchors = 64, 3, 3 if family == "yolov5" else 1
    net = Network(family, 3, side)
    boxes, scores = [], []
    for stride in (8, 16, 32):
        cells = side // stride
        width = classes + (anchors > 1)
        pooled = net.add("AveragePool", "image", kernel_shape=[stride] * 2, strides=[stride] * 2)
        map_of = net.conv(pooled, 3, anchors * width, side=1, scale=4.0, shift=-2.0)
        # [1, anchors * width, rows, columns] -> [1, boxes, width]
        shape = net.constant([1, anchors, width, cells * cells], numpy.int64)
        rows = net.add("Transpose", net.add("Reshape", map_of, shape), perm=[0, 1, 3, 2])
        shape = net.constant([1, anchors * cells * cells, width], numpy.int64)
        scores.append(net.add("Sigmoid", net.add("Reshape", rows, shape)))
        middle = (numpy.arange(cells) + 0.5) * stride
        places = numpy.stack(numpy.meshgrid(middle, middle), -1).reshape(-1, 2)
        places = numpy.tile(places, (anchors, 1)) + RANDOM.uniform(-0.4, 0.4, (anchors * cells * cells, 2)) * stride
        sizes = RANDOM.uniform(0.8, 2.5, (anchors * cells * cells, 2)) * stride
        boxes.append(numpy.concatenate([places, sizes], 1))
    boxes = net.constant(numpy.concatenate(boxes)[None])
    rows = net.add("Concat", boxes, net.add("Concat", *scores, axis=1), axis=2, to="rows")
    if anchors == 1:
        net.finish(net.add("Transpose", rows, perm=[0, 2, 1], to="columns"))
    else:
        net.finish(rows)
    pixels, scale, offset = letterbox(numpy.asarray(image), side)
    found = torch.from_numpy(net.run("rows", pixels.transpose(2, 0, 1) / 255.0)[0])
    rects = torchvision.ops.box_convert(found[:, :4], "cxcywh", "xyxy")
    likely = found[:, 5:] * found[:, 4:5] if anchors > 1 else found[:, 4:]
    rects = (rects - torch.tensor(offset * 2)) / scale
    rects = torchvision.ops.clip_boxes_to_image(rects, (image.height, image.width))
    place, kind = torch.nonzero(likely >= CONFIDENCE, as_tuple=True)
    kept = torchvision.ops.batched_nms(rects[place], likely[place, kind], kind, OVERLAP)
    boxes = zip(rects[place][kept].tolist(), kind[kept].tolist(), likely[place, kind][kept].tolist())
    return {"objects": [{"box": box, "class": kind, "confidence": score} for box, kind, score in boxes]}


def letterbox(image, side):
    """Ultralytics' LetterBox: scaled to fit, in the middle, 114 beside it."""
    height, width = image.shape[:2]
    scale = min(side / height, side / width)
    size = round(width * scale), round(height * scale)
    left, top = round((side - size[0]) / 2 - 0.1), round((side - size[1]) / 2 - 0.1)
    resized = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    padding = top, side - size[1] - top, left, side - size[0] - left
    return cv2.copyMakeBorder(resized, *padding, cv2.BORDER_CONSTANT, value=(114,) * 3), scale, [left, top]


if __name__ == "__main__":
    main()
