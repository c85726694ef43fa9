// Compares names of parameters, properties and resources, however they are written: petId, pet_id, pet-id, Pets.

/** "petId", "pet_id" and "Pet-ID" are the words "pet" and "id". */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '');
}

/** The name without separators and capitals. */
export function plainName(name: string): string {
  return wordsOf(name).join('');
}

/** "categories" is "category", "statuses" is "status", "areas" is "area"; "analysis" and "alias" are singular. */
export function singular(word: string): string {
  if (/[^aeiou]ies$/i.test(word) && !/(mov|cook|calor)ies$/i.test(word) && word.length > 4)
    return `${word.slice(0, -3)}y`;
  if (/(ss|us|ias|x|z|ch|sh)es$/i.test(word)) return word.slice(0, -2);
  return /[^sui]s$/i.test(word) && !/(alias|atlas|bias|canvas)$/i.test(word) ? word.slice(0, -1) : word;
}

/** "owner_login" ends with the words of "login", "petId" with those of "id". */
export function endsWithWords(name: string, end: string): boolean {
  const [words, last] = [wordsOf(name), wordsOf(end)];
  return (
    last.length > 0 && last.length < words.length && words.slice(-last.length).join(' ') === last.join(' ')
  );
}

/** The other forms of a word that may name the same things: "pets" for "pet", "pet" for "pets". */
export function otherNumbers(word: string): string[] {
  const one = singular(word);
  const forms = [one, `${one}s`, `${one}es`, one.replace(/y$/i, 'ies')];
  return [...new Set(forms)].filter(form => form !== word);
}
