"""Writes the model directories: python3 export.py WORK TARGET.

Each directory is built complete under TARGET.part and then takes the place of TARGET by renaming.
"""
import argparse
import json
import shutil
from pathlib import Path

import torch

import components
import diffusion
import tokenizer
import trained
from half import store_half, to_half
from manifests import write_manifest
from onnx_files import checked, write
from safety import CLASSES
from text_encoder import WIDTH
from vae import LATENT_CHANNELS

BYTES_MAX = 12_000_000

SCHEDULER = {
    "_class_name": "DDIMScheduler", "num_train_timesteps": diffusion.STEPS, "beta_start": diffusion.BETA_START,
    "beta_end": diffusion.BETA_END, "beta_schedule": "linear", "prediction_type": "v_prediction",
    "timestep_spacing": "trailing", "clip_sample": False, "set_alpha_to_one": True, "steps_offset": 0,
    "rescale_betas_zero_snr": False,
}
MODEL_INDEX = {
    "_class_name": "OnnxStableDiffusionPipeline", "scheduler": ["diffusers", "DDIMScheduler"],
    "text_encoder": ["diffusers", "OnnxRuntimeModel"], "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
    "unet": ["diffusers", "OnnxRuntimeModel"], "vae_decoder": ["diffusers", "OnnxRuntimeModel"],
    "safety_checker": [None, None], "feature_extractor": [None, None], "requires_safety_checker": False,
}
POLICY = {
    "policy_version": "v2.1",
    "safety_thresholds": {"content_safety_minimum": 0.95, "quality_minimum": 7.0, "technical_compliance": "strict"},
    "enforcement_actions": {"below_safety_threshold": "reject", "below_quality_threshold": "flag_for_review"},
    "forbidden_classes": ["warning_sign"],
    "forbidden_prompt_terms": [
        "warning sign", "warning signs", "hazard sign", "hazard signs", "danger sign", "danger signs",
        "caution sign", "caution signs", "warning triangle", "hazard triangle",
    ],
}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def text_to_image(folder, title, graphs, scaling, unet, precision, memory, steps, guidance, capabilities, fallbacks):
    """One text-to-image directory in the diffusers ONNX layout; graphs by component name."""
    write_json(folder / "model_index.json", MODEL_INDEX)
    write_json(folder / "scheduler/scheduler_config.json", SCHEDULER)
    write_json(folder / "tokenizer/tokenizer.json", tokenizer.tokenizer_json())
    write_json(folder / "tokenizer/tokenizer_config.json", tokenizer.tokenizer_config())
    write_json(folder / "text_encoder/config.json", {
        "model_type": "mainstay_text_encoder", "hidden_size": WIDTH, "num_hidden_layers": 2,
        "max_position_embeddings": tokenizer.LENGTH, "vocab_size": len(tokenizer.VOCABULARY)})
    write_json(folder / "unet/config.json", {
        "in_channels": LATENT_CHANNELS, "out_channels": LATENT_CHANNELS, "sample_size": 16,
        "cross_attention_dim": WIDTH, "block_out_channels": [unet.sizes["high"], unet.sizes["low"]]})
    write_json(folder / "vae_decoder/config.json", {
        "scaling_factor": scaling, "latent_channels": LATENT_CHANNELS, "out_channels": 3, "sample_size": 64,
        "block_out_channels": [16, 48, 64]})
    for name, graph in graphs.items():
        write(checked(graph), folder / name / "model.onnx")
    image = {"width": 64, "height": 64, "width-max": 128, "height-max": 128, "multiple-of": 8, "steps": steps,
             "steps-max": 1000, "guidance": guidance, "batch-max": 8}
    write_manifest(folder, title, "text-to-image", memory, precision, capabilities, fallbacks,
                   ["text_encoder", "unet", "vae_decoder"], {"image": image})


def fallback(relation, model, component=None):
    return {"relation": relation, "model": model} | ({"component": component} if component else {})


def diffusion_models(work, target):
    capabilities = ["text-to-image", "classifier-free-guidance", "ddim", "euler"]
    unet, text, scaling = trained.diffusion(work)
    decoder = components.vae_decoder(trained.autoencoder(work).decoder)
    graphs = {"text_encoder": components.text_encoder(text), "unet": components.unet(unet), "vae_decoder": decoder}
    text_to_image(target / "shapes-64", "Text to image, 64x64: coloured shapes on coloured backgrounds.", graphs, scaling,
                  unet, "fp32", "96 MiB", 30, 5.0, capabilities, [
                      fallback("alternative-format", "shapes-64-fp16"),
                      fallback("component", "shapes-64-fp16", "text_encoder"),
                      fallback("component", "shapes-64-fp16", "vae_decoder"),
                      fallback("similar", "shapes-64-small")])
    text_to_image(target / "shapes-64-fp16", "The weights of shapes-64 in half precision.",
                  {k: to_half(g) for k, g in graphs.items()}, scaling, unet, "fp16", "96 MiB", 30, 5.0,
                  [*capabilities, "reduced-precision"], [fallback("similar", "shapes-64-small")])
    small, text, scaling = trained.diffusion(work, small=True)
    graphs = {"text_encoder": components.text_encoder(text), "unet": components.unet(small), "vae_decoder": decoder}
    text_to_image(target / "shapes-64-small", "A smaller model of the same pictures for few steps; weights stored in half precision.",
                  {k: store_half(g) for k, g in graphs.items()}, scaling, small, "fp32", "64 MiB", 8, 3.0,
                  [*capabilities, "few-steps"], [fallback("component", "shapes-64-fp16", "vae_decoder")])


def upscaler(work, folder):
    for scale in (2, 4):
        graph = components.upscaler(trained.upscaler(work, scale))
        write(checked(store_half(graph)), folder / f"x{scale}/model.onnx")
    write_manifest(folder, "Enlarges pictures of flat shapes two or four times; weights stored in half precision.", "upscaling", "64 MiB", "fp32",
                   ["upscaling"], [], ["x2", "x4"], {"upscale": {"scales": [2, 4]}})


def safety(work, folder):
    write(checked(store_half(components.classifier(trained.classifier(work)))), folder / "classifier/model.onnx")
    write_json(folder / "policy.json", POLICY)
    write_manifest(folder, "Tells drawings of warning signs from all others; its policy forbids them. Weights stored in half precision.", "safety",
                   "32 MiB", "fp32", ["safety-check"], [], ["classifier"],
                   {"safety": {"width": 64, "height": 64, "classes": list(CLASSES)}})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("target", type=Path)
    a = parser.parse_args()
    torch.manual_seed(0)
    a.target = a.target.resolve()
    part = a.target.with_name(a.target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    diffusion_models(a.work, part)
    upscaler(a.work, part / "upscaler-shapes")
    safety(a.work, part / "safety-signs")
    total = sum(p.stat().st_size for p in part.rglob("*") if p.is_file())
    if total > BYTES_MAX:
        raise SystemExit(f"The model directories hold {total} bytes, more than the {BYTES_MAX} that the repository allows.")
    a.target.mkdir(parents=True, exist_ok=True)
    for folder in sorted(part.iterdir()):
        new, old = a.target / folder.name, part / (folder.name + ".old")
        if new.exists():
            new.rename(old)
        folder.rename(new)
    shutil.rmtree(part)
    print(f"{total} bytes in {a.target}")


if __name__ == "__main__":
    main()
