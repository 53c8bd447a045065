"""A real model writes: piece by piece as the pieces come, until its end token; and it talks as it was taught.

It leaves out what `generation` has: several texts at once, and letting go of the beginning of a long one.
"""

import codecs

import torch

from ..language.generation import KeyValueCache, beginning, draw

SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
# The chat template of SmolLM2-135M-Instruct, a program in the language Jinja.
TEMPLATE = (
    "{% for message in messages %}"
    "{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\n" + SYSTEM + "<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


@torch.inference_mode()
def new_tokens(model, tokens, count, end=None, generator=None, temperature=1.0, top_k=None):
    """Yield up to `count` tokens that the model writes after tokens [n], each as soon as it is drawn.

    It stops before the token `end`, and where the context is full. The other inputs are those of
    `generation.generate`, and so are the sentences.
    """
    new = beginning(model, tokens, count, generator, temperature)  # [1, n]
    memories, n = [KeyValueCache() for _ in model.blocks], new.shape[-1]
    for written in range(count):
        if written and n + written > model.config.context:
            return
        last = model.stream(new, memories)[:, -1]  # [1, d]: only here the logits are needed
        new = draw(model.output(last), generator, temperature, top_k)  # [1, 1]
        if new.item() == end:
            return
        yield new.item()


def write(model, tokenizer, text, count=100, generator=None, temperature=1.0, top_k=None):
    """Yield what the model writes after a text, piece by piece; joined, the pieces are what follows.

    A sign whose bytes come in several tokens is kept back until it is whole.
    """
    whole = codecs.getincrementaldecoder("utf-8")(errors="replace")
    options = {"end": tokenizer.end, "generator": generator, "temperature": temperature, "top_k": top_k}
    for token in new_tokens(model, tokenizer.encode(text), count, **options):
        if piece := whole.decode(tokenizer.bytes_of(token)):
            yield piece
    if piece := whole.decode(b"", final=True):
        yield piece


def chat_text(tokenizer, messages):
    """Return the text of a conversation as the model saw conversations in training, up to its turn.

    messages: [(role, text), …]. A template in a file is a program, and we run none: this function does what
    that of SmolLM2 does, and a ValueError says so if the file has another one.
    """
    if tokenizer.chat_template != TEMPLATE:
        raise ValueError("The chat template of this file is a program that we do not know, and we run none.")
    if not messages:
        raise ValueError("A conversation has at least one message.")
    if isinstance(messages, str) or any(isinstance(each, str) or len(each) != 2 for each in messages):
        raise ValueError('A conversation is a list of pairs, such as [("user", "Hello")].')
    if messages[0][0] != "system":
        messages = [("system", SYSTEM), *messages]
    turns = [f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in messages]
    return "".join([*turns, "<|im_start|>assistant\n"])


def answer(model, tokenizer, messages, count=200, generator=None, temperature=1.0, top_k=None):
    """Yield the model's next turn in a conversation, piece by piece. The inputs are those of `write`."""
    yield from write(model, tokenizer, chat_text(tokenizer, messages), count, generator, temperature, top_k)
