"""The diffusion process: linear betas, v-prediction, DDIM sampling with classifier-free guidance."""
import torch

STEPS = 1000
BETA_START, BETA_END = 1e-4, 0.02
ALPHAS = torch.cumprod(1 - torch.linspace(BETA_START, BETA_END, STEPS, dtype=torch.float64), 0).float()


def roots(timestep):
    """sqrt(alpha_bar) and sqrt(1 - alpha_bar) of a batch of timesteps, as [b, 1, 1, 1]."""
    a = ALPHAS[timestep][:, None, None, None]
    return a.sqrt(), (1 - a).sqrt()


def noised(latent, noise, timestep):
    """The noisy latent, and the velocity that the model learns to tell from it."""
    a, s = roots(timestep)
    return a * latent + s * noise, a * noise - s * latent


def trailing(steps):
    """Timesteps from 999 down, evenly spaced (diffusers' timestep_spacing trailing)."""
    return [round(STEPS - i * STEPS / steps) - 1 for i in range(steps)]


@torch.no_grad()
def sample(unet, text, empty, steps, guidance, generator, shape=(4, 16, 16)):
    """Latents for hidden states text [b, t, d]; empty [1, t, d] is the empty prompt's."""
    count = len(text)
    x = torch.randn((count, *shape), generator=generator)
    both = torch.cat((empty.expand(count, -1, -1), text))
    times = trailing(steps)
    for i, t in enumerate(times):
        now = torch.full((2 * count,), t, dtype=torch.long)
        without, with_text = unet(torch.cat((x, x)), now, both).float().chunk(2)
        v = without + guidance * (with_text - without)
        a, s = (r[:1] for r in roots(now))
        clean, noise = a * x - s * v, s * x + a * v
        after = ALPHAS[times[i + 1]] if i + 1 < steps else torch.tensor(1.0)
        x = after.sqrt() * clean + (1 - after).sqrt() * noise
    return x
