package io.amphora.apiserver.subresource;

import io.amphora.machinery.net.IpAddress;

/// A server that requests are passed on to. Made of values, so that no text of a request or of an object can become
/// another part of a URL than the one it stands for.
///
/// @param scheme `http` or `https`
record Origin(String scheme, IpAddress address, int port) {
    String url() {
        String host = address.isV6() ? "[" + address + "]" : address.toString();
        return scheme + "://" + host + ":" + port;
    }
}
