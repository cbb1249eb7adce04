"""The signs (lucide names) that the builder offers for a type."""

from __future__ import annotations

ICONS: tuple[str, ...] = (
    "message-square", "message-circle", "mail", "phone", "file-text", "file-check", "clipboard-list", "id-card", "stamp", "scroll-text",
    "landmark", "building", "building-2", "house", "key", "door-open", "school", "graduation-cap", "baby", "backpack", "utensils", "bus",
    "car", "bike", "train-front", "traffic-cone", "construction", "road", "hammer", "wrench", "shovel", "paint-roller", "lightbulb",
    "zap", "droplets", "flame", "trash-2", "recycle", "leaf", "trees", "tree-pine", "flower-2", "paw-print", "bug", "volume-2",
    "megaphone", "calendar", "calendar-check", "calendar-days", "clock", "hourglass", "map-pin", "map", "signpost", "shield",
    "shield-alert", "siren", "heart", "heart-handshake", "hand-heart", "hand-helping", "accessibility", "users", "user", "user-plus",
    "vote", "scale", "gavel", "euro", "receipt", "wallet", "banknote", "briefcase", "store", "shopping-basket", "tent", "party-popper",
    "music", "book-open", "library", "monitor", "laptop", "printer", "wifi", "life-buoy", "server", "cloud", "camera", "image", "sofa",
    "armchair", "package", "truck", "waves", "umbrella", "sun", "snowflake", "dumbbell", "trophy", "cross", "church", "sparkles",
    "circle-help",
)  # fmt: skip
