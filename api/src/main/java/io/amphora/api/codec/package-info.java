/// How objects are read and written on the wire: strict decoding of JSON trees, and Kubernetes' protobuf.
@NullMarked
package io.amphora.api.codec;

import org.jspecify.annotations.NullMarked;
