package io.amphora.runtime;

import java.util.List;
import java.util.OptionalLong;

/// An image on this node.
///
/// @param id the digest of its configuration, `sha256:…`
/// @param uid whom the image wants to run as, if it says so by number
/// @param username the same by name, "" if it does not
public record Image(String id, List<String> tags, List<String> digests, long size, OptionalLong uid, String username) {}
