package io.amphora.client;

import java.util.List;

/// A part of a list, all pages of which show the collection at one revision.
///
/// @param continueToken where the next page starts, "" after the last
public record Page<T>(List<T> items, String resourceVersion, String continueToken) {
    public Page {
        items = List.copyOf(items);
    }

    public boolean isLast() {
        return continueToken.isEmpty();
    }
}
