/// Who an X.509 certificate, or a request for one, is about: the product's only reader of that.
@NullMarked
package io.amphora.machinery.x509;

import org.jspecify.annotations.NullMarked;
