"""Find personal data in what was said, mask it in text, name what to mute in the sound."""

from callqa.privacy.find import VERSION, find_personal_data
from callqa.privacy.mask import Mask, mask, mask_findings, mask_text

__all__ = ["VERSION", "Mask", "find_personal_data", "mask", "mask_findings", "mask_text"]
