// The part of swagger2openapi that the corpus uses; the package has no types.
declare module 'swagger2openapi' {
  const converter: {
    convertObj(document: object, options: object): Promise<{ readonly openapi: object }>;
  };
  export default converter;
}
