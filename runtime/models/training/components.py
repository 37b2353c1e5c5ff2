"""The trained modules as ONNX graphs with the tensor names and types that the product reads."""
import torch

import tokenizer
from onnx_files import to_onnx
from safety import Scores
from text_encoder import WIDTH
from vae import LATENT_CHANNELS

BATCH_SIZE = {0: "batch", 2: "height", 3: "width"}


def text_encoder(module):
    ids = torch.from_numpy(tokenizer.encode_all(["a red circle", ""]))
    model = to_onnx(module, (ids,), ["input_ids"], "last_hidden_state",
                    {"input_ids": {0: "batch"}, "last_hidden_state": {0: "batch"}})
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = tokenizer.LENGTH
    return model


def unet(module):
    inputs = (torch.randn(2, LATENT_CHANNELS, 16, 16), torch.tensor([999, 3]), torch.randn(2, tokenizer.LENGTH, WIDTH))
    return to_onnx(module, inputs, ["sample", "timestep", "encoder_hidden_states"], "out_sample",
                   {"sample": BATCH_SIZE, "timestep": {0: "batch"}, "encoder_hidden_states": {0: "batch"},
                    "out_sample": BATCH_SIZE})


def vae_decoder(module):
    return to_onnx(module, (torch.randn(2, LATENT_CHANNELS, 16, 16),), ["latent_sample"], "sample",
                   {"latent_sample": BATCH_SIZE, "sample": {0: "batch", 2: "picture_height", 3: "picture_width"}})


def upscaler(module):
    return to_onnx(module, (torch.rand(2, 3, 20, 24),), ["image"], "upscaled",
                   {"image": BATCH_SIZE, "upscaled": {0: "batch", 2: "upscaled_height", 3: "upscaled_width"}})


def classifier(module):
    return to_onnx(Scores(module), (torch.rand(2, 3, 64, 64),), ["image"], "scores",
                   {"image": {0: "batch"}, "scores": {0: "batch"}})
