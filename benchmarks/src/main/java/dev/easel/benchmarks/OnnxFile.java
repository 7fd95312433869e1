package dev.easel.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes the network as an ONNX model: a protocol buffer, of which so little is needed that it is
 * written by hand. The numbers of the fields are those of <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
final class OnnxFile {
  private static final int FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_STRING = 3;
  private static final int ATTRIBUTE_INTS = 7;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private OnnxFile() {}

  /** A model from {@code LR} to the last step, in the order batch, colour, row, column. */
  static byte[] of(List<SlimGraph.Step> steps) {
    OnnxFile graph = new OnnxFile();
    steps.forEach(step -> graph.message(1, node(step)));
    graph.text(2, "esrgan-slim");
    for (SlimGraph.Step step : steps) {
      if (step instanceof SlimGraph.Conv conv) {
        graph.message(
            5,
            tensor(
                conv.name() + "/kernel",
                kernel(conv),
                conv.outputs(),
                conv.inputs(),
                conv.side(),
                conv.side()));
        graph.message(5, tensor(conv.name() + "/bias", conv.bias(), conv.outputs()));
      } else if (step instanceof SlimGraph.Repeat repeat) {
        float[] scales = {1, 1, repeat.factor(), repeat.factor()};
        graph.message(5, tensor(repeat.name() + "/scales", scales, 4));
      }
    }
    graph.message(11, value("LR", "height", "width"));
    graph.message(12, value(steps.get(steps.size() - 1).name(), "large-height", "large-width"));

    OnnxFile opset = new OnnxFile();
    opset.text(1, "");
    opset.number(2, 13);
    OnnxFile model = new OnnxFile();
    model.number(1, 8); // the version of the format
    model.message(8, opset);
    model.message(7, graph);
    return model.bytes.toByteArray();
  }

  private static OnnxFile node(SlimGraph.Step step) {
    if (step instanceof SlimGraph.Conv conv) {
      OnnxFile node =
          node("Conv", step, conv.from(), conv.name() + "/kernel", conv.name() + "/bias");
      int pad = conv.side() / 2;
      node.message(5, attribute("pads", pad, pad, pad, pad));
      node.message(5, attribute("kernel_shape", conv.side(), conv.side()));
      return node;
    }
    if (step instanceof SlimGraph.Relu relu) {
      return node("Relu", step, relu.from());
    }
    if (step instanceof SlimGraph.Add add) {
      return node("Add", step, add.left(), add.right());
    }
    if (step instanceof SlimGraph.Concat concat) {
      OnnxFile node = node("Concat", step, concat.left(), concat.right());
      OnnxFile axis = new OnnxFile();
      axis.text(1, "axis");
      axis.number(3, 1);
      axis.number(20, ATTRIBUTE_INT);
      node.message(5, axis);
      return node;
    }
    SlimGraph.Repeat repeat = (SlimGraph.Repeat) step;
    OnnxFile node = node("Resize", step, repeat.from(), "", repeat.name() + "/scales");
    node.message(5, attribute("mode", "nearest"));
    node.message(5, attribute("coordinate_transformation_mode", "asymmetric"));
    node.message(5, attribute("nearest_mode", "floor"));
    return node;
  }

  private static OnnxFile node(String type, SlimGraph.Step step, String... inputs) {
    OnnxFile node = new OnnxFile();
    for (String input : inputs) {
      node.text(1, input);
    }
    node.text(2, step.name());
    node.text(4, type);
    return node;
  }

  private static OnnxFile attribute(String name, int... values) {
    OnnxFile attribute = new OnnxFile();
    attribute.text(1, name);
    for (int value : values) {
      attribute.number(8, value);
    }
    attribute.number(20, ATTRIBUTE_INTS);
    return attribute;
  }

  private static OnnxFile attribute(String name, String value) {
    OnnxFile attribute = new OnnxFile();
    attribute.text(1, name);
    attribute.text(4, value);
    attribute.number(20, ATTRIBUTE_STRING);
    return attribute;
  }

  private static OnnxFile tensor(String name, float[] values, int... dimensions) {
    OnnxFile tensor = new OnnxFile();
    for (int dimension : dimensions) {
      tensor.number(1, dimension);
    }
    tensor.number(2, FLOAT);
    tensor.text(8, name);
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    tensor.field(9, raw.array());
    return tensor;
  }

  private static OnnxFile value(String name, String height, String width) {
    OnnxFile shape = new OnnxFile();
    OnnxFile one = new OnnxFile();
    one.number(1, 1);
    OnnxFile three = new OnnxFile();
    three.number(1, 3);
    OnnxFile rows = new OnnxFile();
    rows.text(2, height);
    OnnxFile columns = new OnnxFile();
    columns.text(2, width);
    for (OnnxFile dimension : List.of(one, three, rows, columns)) {
      shape.message(1, dimension);
    }
    OnnxFile tensor = new OnnxFile();
    tensor.number(1, FLOAT);
    tensor.message(2, shape);
    OnnxFile type = new OnnxFile();
    type.message(1, tensor);
    OnnxFile value = new OnnxFile();
    value.text(1, name);
    value.message(2, type);
    return value;
  }

  /** From row, column, input, output to output, input, row, column. */
  private static float[] kernel(SlimGraph.Conv c) {
    float[] out = new float[c.weights().length];
    int area = c.side() * c.side();
    for (int i = 0; i < out.length; i++) {
      int output = i / (c.inputs() * area);
      int input = i / area % c.inputs();
      out[i] = c.weights()[(i % area * c.inputs() + input) * c.outputs() + output];
    }
    return out;
  }

  private void message(int field, OnnxFile message) {
    field(field, message.bytes.toByteArray());
  }

  private void text(int field, String text) {
    field(field, text.getBytes(UTF_8));
  }

  private void field(int field, byte[] content) {
    varint(field << 3 | 2);
    varint(content.length);
    bytes.writeBytes(content);
  }

  private void number(int field, long value) {
    varint((long) field << 3);
    varint(value);
  }

  private void varint(long value) {
    long rest = value;
    while (rest > 0x7f) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
