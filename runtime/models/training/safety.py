"""The safety classifier: a small convolutional network over 64x64 pictures; two classes, safe and warning sign."""
import torch
from torch import nn
from torch.nn import functional as F

CLASSES = ("safe", "warning_sign")


class Classifier(nn.Module):
    """Logits; Scores wraps it with the softmax that is exported."""

    def __init__(self, widths=(16, 32, 48)):
        super().__init__()
        layers, source = [], 3
        for width in widths:
            layers += [nn.Conv2d(source, width, 3, padding=1, stride=2), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU()]
            source = width
        self.body = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Linear(2 * source, 32), nn.ReLU(), nn.Linear(32, len(CLASSES)))

    def forward(self, image):
        x = self.body(image * 2 - 1)
        return self.head(torch.cat((x.mean((2, 3)), x.amax((2, 3))), 1))


class Scores(nn.Module):
    def __init__(self, classifier):
        super().__init__()
        self.classifier = classifier

    def forward(self, image):
        return F.softmax(self.classifier(image), -1)
