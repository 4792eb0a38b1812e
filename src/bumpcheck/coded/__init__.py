"""The coded form of a pack: answers as classes, rules as bits over them, exactly as evaluated.

Whatever is fast or exhaustive walks this form: proofs, look-ahead, counterfactuals, batches and
exports.
"""

from .blocks import Amount, Block, OneOf, Relation, Several, Single
from .compiling import Compiler, NotCodable
from .diagrams import Diagrams
from .packs import CodedPack, coded, nearly_coded
from .ruling import Ruling, compiled, compiler_of, ruling
from .terms import Terms
from .verdicts import Coded, CodedRules, Judge, Likeness, Verdict

__all__ = [
    "Amount",
    "Block",
    "Coded",
    "CodedPack",
    "CodedRules",
    "Compiler",
    "Diagrams",
    "Judge",
    "Likeness",
    "NotCodable",
    "OneOf",
    "Relation",
    "Ruling",
    "Several",
    "Single",
    "Terms",
    "Verdict",
    "coded",
    "compiled",
    "compiler_of",
    "nearly_coded",
    "ruling",
]
