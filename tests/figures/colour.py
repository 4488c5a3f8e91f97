"""How far apart two colours look, to whom: contrast, colour blindness, CAM02-UCS. For the tests of the theme alone.

Sources: WCAG 2.2 (contrast); Machado, Oliveira, Fernandes 2009 (severity 1.0); CIECAM02 (CIE 159:2004) with Luo, Cui
and Li 2006 for the uniform space, in the viewing conditions of a screen: D65, Y_b 20, L_A 64/π/5, average surround.
"""

import math

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

SIGHT: dict[str, Vector] = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]])
_HPE = np.array([[0.38971, 0.68898, -0.07868], [-0.22981, 1.18340, 0.04641], [0.0, 0.0, 1.0]])
_WHITE = np.array([95.047, 100.0, 108.883])
_LA, _YB, _F, _C, _NC = 64 / math.pi / 5, 20.0, 1.0, 0.69, 1.0


def linear(colour: str) -> Vector:
    """Light of ``#rrggbb``, 0-1."""
    code = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG contrast, 1-21."""
    low, high = sorted(float(_XYZ[1] @ linear(each)) for each in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str, *, sight: str) -> float:
    """CAM02-UCS distance of two colours as seen with such sight."""
    return float(np.linalg.norm(_ucs(one, sight) - _ucs(other, sight)))


def _ucs(colour: str, sight: str) -> Vector:
    """J', a', b' of CAM02-UCS."""
    seen = np.clip(SIGHT[sight] @ linear(colour), 0, 1)
    k = 1 / (5 * _LA + 1)
    fl = 0.2 * k**4 * 5 * _LA + 0.1 * (1 - k**4) ** 2 * (5 * _LA) ** (1 / 3)
    n = _YB / _WHITE[1]
    z, nbb = 1.48 + math.sqrt(n), 0.725 * n**-0.2
    degree = _F * (1 - math.exp((-_LA - 42) / 92) / 3.6)
    gain = degree * _WHITE[1] / (_CAT02 @ _WHITE) + 1 - degree

    def response(xyz: Vector) -> Vector:
        cone = fl * (_HPE @ np.linalg.inv(_CAT02) @ (gain * (_CAT02 @ xyz))) / 100
        power = np.abs(cone) ** 0.42
        bounded: Vector = np.sign(cone) * 400 * power / (power + 27.13) + 0.1
        return bounded

    red, green, blue = response(100 * _XYZ @ seen)
    a, b = red - 12 * green / 11 + blue / 11, (red + green - 2 * blue) / 9
    hue = math.atan2(b, a)
    light = np.array([2, 1, 0.05])
    achromatic = (light @ [red, green, blue] - 0.305) * nbb
    j = 100 * (achromatic / ((light @ response(_WHITE) - 0.305) * nbb)) ** (_C * z)
    eccentricity = (math.cos(hue + 2) + 3.8) / 4
    t = 50000 / 13 * _NC * nbb * eccentricity * math.hypot(a, b) / (red + green + 1.05 * blue)
    m = t**0.9 * math.sqrt(j / 100) * (1.64 - 0.29**n) ** 0.73 * fl**0.25
    bent = math.log1p(0.0228 * m) / 0.0228
    return np.array([1.7 * j / (1 + 0.007 * j), bent * math.cos(hue), bent * math.sin(hue)])
