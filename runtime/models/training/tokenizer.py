"""The word-level tokenizer: in Python for training, and as the tokenizer.json that is exported."""
import re

import numpy as np

import prompts
from scenes import BACKGROUNDS

LENGTH = 16
SPECIAL = ("[PAD]", "[UNK]", "[BOS]", "[EOS]")
PAD, UNK, BOS, EOS = range(4)


def vocabulary():
    """Every word that the prompts can hold, in a fixed order, after the special tokens."""
    texts = [*BACKGROUNDS, "a an the on with in front of background sign , .", *prompts.OPENINGS, *prompts.SIGN_NOUNS]
    texts += [w for nouns in prompts.NOUNS.values() for pair in nouns for w in pair]
    for table in (prompts.COLOUR_WORDS, prompts.SIZE_WORDS, prompts.COUNT_WORDS):
        texts += [w for words in table.values() for w in words]
    words = dict.fromkeys(w for text in texts for w in text.split())
    return {w: i for i, w in enumerate((*SPECIAL, *words))}


VOCABULARY = vocabulary()


def encode(text):
    """[BOS] words [EOS] and padding, LENGTH ids in all."""
    words = re.findall(r"\w+|[^\w\s]+", text.replace("[UNK]", "unknownword").lower())
    ids = [VOCABULARY.get(w, UNK) for w in words][: LENGTH - 2]
    return [BOS, *ids, EOS] + [PAD] * (LENGTH - 2 - len(ids))


def encode_all(texts):
    return np.array([encode(t) for t in texts], dtype=np.int64)


def tokenizer_json():
    """The same as encode(), in the format of Hugging Face's fast tokenizers."""
    added = [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False,
              "normalized": False, "special": True} for i, t in enumerate(SPECIAL)]
    def special(name, type_id=0):
        return {"SpecialToken": {"id": name, "type_id": type_id}}

    def sequence(name, type_id=0):
        return {"Sequence": {"id": name, "type_id": type_id}}

    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": LENGTH, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": LENGTH}, "direction": "Right", "pad_to_multiple_of": None,
                    "pad_id": PAD, "pad_type_id": 0, "pad_token": SPECIAL[PAD]},
        "added_tokens": added,
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("[BOS]"), sequence("A"), special("[EOS]")],
            "pair": [special("[BOS]"), sequence("A"), special("[EOS]"), sequence("B", 1), special("[EOS]", 1)],
            "special_tokens": {t: {"id": t, "ids": [i], "tokens": [t]} for i, t in enumerate(SPECIAL) if i >= BOS},
        },
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": VOCABULARY, "unk_token": SPECIAL[UNK]},
    }


def tokenizer_config():
    return {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": LENGTH, "do_lower_case": True,
            "pad_token": SPECIAL[PAD], "unk_token": SPECIAL[UNK], "bos_token": SPECIAL[BOS], "eos_token": SPECIAL[EOS]}
