// A path of a URL, which breaks after its slashes if it is longer than a line.
export function PathText({ path }: { readonly path: string }) {
  return (
    <span class="mono path-text">
      {path.split(/(?<=\/)(?=.)/).map((piece, index) => (
        <span key={index}>
          {piece}
          <wbr />
        </span>
      ))}
    </span>
  );
}
