"""Loads what the training scripts left in the work folder, in evaluation mode."""
import torch

import tokenizer
from safety import Classifier
from text_encoder import TextEncoder
from unet import UNet
from upscaler import Upscaler
from vae import Vae


def autoencoder(work):
    vae = Vae()
    vae.load_state_dict(torch.load(work / "vae.pt")["vae"])
    return vae.eval()


def diffusion(work, small=False):
    """UNet, text encoder and scaling factor."""
    state = torch.load(work / ("unet-small.pt" if small else "unet.pt"))
    unet, text = UNet(**state["sizes"]), TextEncoder(len(tokenizer.VOCABULARY))
    unet.load_state_dict(state["unet"])
    text.load_state_dict(state["text"])
    return unet.eval(), text.eval(), state["scaling_factor"]


def upscaler(work, scale):
    model = Upscaler(scale)
    model.load_state_dict(torch.load(work / f"upscaler-x{scale}.pt")["upscaler"])
    return model.eval()


def classifier(work):
    model = Classifier()
    model.load_state_dict(torch.load(work / "safety.pt")["safety"])
    return model.eval()
