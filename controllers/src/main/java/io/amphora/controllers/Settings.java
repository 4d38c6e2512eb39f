package io.amphora.controllers;

/// What controllers have to be told.
///
/// @param rootCertificates by which Pods know the API server, PEM
public record Settings(String rootCertificates) {}
