"""The yardstick for embedding speed: the same model on ONNX Runtime, fp32, with the fused operators that its own optimiser would choose.

Needs `pip install onnx onnxruntime safetensors tokenizers numpy`; used by embed.py.
"""
import threading
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

LAYERS, HEADS, WIDTH, MOST_TOKENS = 6, 12, 384, 256


class Graph:
    """Collects nodes and weights; every method returns the name of what it computes."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants = weights, [], {}

    def constant(self, *names, transpose=False):
        key = "+".join(names)
        if key not in self.constants:
            arrays = [self.weights[name] for name in names]
            joined = np.concatenate([a.T for a in arrays], axis=1) if transpose else np.concatenate(arrays)
            self.constants[key] = numpy_helper.from_array(np.ascontiguousarray(joined, np.float32), key)
        return key

    def add(self, kind, inputs, domain="com.microsoft", outputs=1, **attributes):
        names = [f"{kind}{len(self.nodes)}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0]

    def product(self, x, name):
        return self.add("MatMul", [x, self.constant(f"{name}.weight", transpose=True)], domain="")

    def add_and_norm(self, x, skipped, norm, bias):
        inputs = [x, skipped, *(self.constant(f"{norm}.{part}") for part in ("weight", "bias")), self.constant(bias)]
        return self.add("SkipLayerNormalization", inputs, epsilon=1e-12)


def fused_model(weights):
    g = Graph(weights)
    tables = [g.constant(f"embeddings.{kind}_embeddings.weight") for kind in ("word", "position", "token_type")]
    norm = [g.constant(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    x = g.add("EmbedLayerNormalization", ["ids", "segments", *tables, *norm], outputs=2, epsilon=1e-12)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        qkv = g.constant(*(f"{p}.weight" for p in parts), transpose=True), g.constant(*(f"{p}.bias" for p in parts))
        attended = g.product(g.add("Attention", [x, *qkv, "mask"], num_heads=HEADS), f"{name}.attention.output.dense")
        x = g.add_and_norm(attended, x, f"{name}.attention.output.LayerNorm", f"{name}.attention.output.dense.bias")
        inner = g.add("BiasGelu", [g.product(x, f"{name}.intermediate.dense"), g.constant(f"{name}.intermediate.dense.bias")])
        x = g.add_and_norm(g.product(inner, f"{name}.output.dense"), x, f"{name}.output.LayerNorm", f"{name}.output.dense.bias")
    inputs = [helper.make_tensor_value_info(i, TensorProto.INT32, ["texts", "tokens"]) for i in ("ids", "segments", "mask")]
    output = helper.make_tensor_value_info(x, TensorProto.FLOAT, ["texts", "tokens", WIDTH])
    graph = helper.make_graph(g.nodes, "minilm", inputs, [output], list(g.constants.values()))
    operators = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=operators, ir_version=9).SerializeToString()


class Yardstick:
    def __init__(self, folder):
        self.model = fused_model(load_file(f"{folder}/model.safetensors"))
        self.tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MOST_TOKENS)
        self.sessions = {}

    def session(self, number, threads):
        if (number, threads) not in self.sessions:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            self.sessions[number, threads] = onnxruntime.InferenceSession(self.model, options, providers=["CPUExecutionProvider"])
        return self.sessions[number, threads]

    def tokenize(self, texts):
        """By length, so that batches need little padding."""
        return sorted((encoding.ids for encoding in self.tokenizer.encode_batch(texts)), key=len)

    def run(self, tokens, batch, sessions, threads):
        """Embeds tokenised texts with so many sessions side by side; returns the vectors in their order."""
        parts = [tokens[i:i + batch] for i in range(0, len(tokens), batch)]
        vectors = [None] * len(parts)

        def work(number):
            session = self.session(number, threads)
            for index in range(number, len(parts), sessions):
                vectors[index] = embed(session, parts[index])

        workers = [threading.Thread(target=work, args=[number]) for number in range(sessions)]
        [worker.start() for worker in workers]
        [worker.join() for worker in workers]
        return np.concatenate(vectors)

    def seconds(self, *arguments):
        start = time.perf_counter()
        self.run(*arguments)
        return time.perf_counter() - start


def embed(session, part):
    width = max(map(len, part))
    ids = np.array([text + [0] * (width - len(text)) for text in part], np.int32)
    mask = np.array([[1] * len(text) + [0] * (width - len(text)) for text in part], np.int32)
    states = session.run(None, {"ids": ids, "segments": np.zeros_like(ids), "mask": mask})[0]
    means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return means / np.linalg.norm(means, axis=1, keepdims=True)
