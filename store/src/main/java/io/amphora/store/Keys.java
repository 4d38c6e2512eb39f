package io.amphora.store;

final class Keys {
    private Keys() {}

    /// A lone surrogate has no UTF-8: two such keys would become one on disk.
    static String requireText(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (!Character.isSurrogate(key.charAt(i))) continue;
            if (!Character.isSupplementaryCodePoint(key.codePointAt(i))) {
                throw new IllegalArgumentException("key is no Unicode text: a surrogate stands alone at index " + i);
            }
            i++;
        }
        return key;
    }
}
