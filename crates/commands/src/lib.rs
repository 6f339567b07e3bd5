//! Every operation of the product, neutral of the host that offers it.
