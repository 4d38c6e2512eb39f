/// Tests of how images come and go.
@NullMarked
package io.amphora.kubelet.image;

import org.jspecify.annotations.NullMarked;
